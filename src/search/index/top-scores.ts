import type { TopK } from '../../learn/select';
import { popcount } from './bitmap';
import type { PhraseMatcher } from './phrase';
import { BLOCK, BLOCK_WORDS, RANK_WORDS } from './posting-list';
import type { HeavyList, LightList, MergedList, ScoredList } from './scored-list';
import type { ManyDocuments } from './selection';

/**
 * Finds the documents with the highest scores among many that match, without scoring all of them: MaxScore (Turtle & Flood, "Query
 * evaluation: strategies and optimizations", 1995), block by block. Lists whose best would not lift a document over the
 * k-th best so far are not gone through, only asked about documents that another list has brought up and that are still in
 * the running; blocks whose best is
 * too low (heavy lists know their blocks' best: Ding & Suel 2011) are not looked at.
 */
export class TopScores {
  private readonly sums = new Float64Array(BLOCK);
  private readonly candidates = new Uint32Array(BLOCK_WORDS);

  /**
   * @param lists of all clauses
   * @param boosts phrases that add to a score
   * @param first what the segment's first document is called in `top`, which has been offered smaller ones only
   */
  offer(
    { bits, documents }: ManyDocuments,
    lists: readonly ScoredList[],
    boosts: readonly PhraseMatcher[],
    first: number,
    top: TopK,
  ): void {
    const ordered = [...lists].sort((a, b) => b.maximum - a.maximum);
    const boost = boosts.reduce((sum, phrase) => sum + (phrase.boost as number), 0);
    for (let block = 0; block * BLOCK < documents; block++) {
      const floor = top.floor();
      const essential = essentialLists(ordered, floor - boost);
      if (essential === 0) return;
      if (boundOf(ordered, block) + boost <= floor || isEmpty(bits, block)) continue;
      this.candidates.fill(0);
      this.sums.fill(0);
      // What one list alone has to bring up counts only where the others could lift it over the floor.
      const least = essential === 1 ? floor - boost - sumOfMaxima(ordered, 1) : -Infinity;
      for (let i = 0; i < essential; i++) this.add(ordered[i], block, bits, 0, least);
      if (this.complete(block, ordered, essential, floor - boost))
        this.offerCandidates(block, boosts, boost, first, top);
    }
  }

  /**
   * Adds a list to the sums of a block's documents that are in the mask, and makes them candidates.
   * @param maskFrom the word at which the mask begins
   * @param least what adds no more is left out
   */
  private add(list: ScoredList, block: number, mask: Uint32Array, maskFrom: number, least: number): void {
    if (list.kind === 'light') this.addLight(list, block, mask, maskFrom);
    else if (list.kind === 'merged') this.addMerged(list, block, mask, maskFrom);
    else if (least > 0) this.addBestOfHeavy(list, block, mask, maskFrom, least);
    else this.addHeavy(list, block, mask, maskFrom);
  }

  private addLight(list: LightList, block: number, mask: Uint32Array, maskFrom: number): void {
    const { sums, candidates } = this;
    const from = block * BLOCK;
    const to = from + BLOCK;
    list.seek(from);
    const { docs, end, impacts, shift, scale } = list;
    let { at } = list;
    for (; at < end && docs[at] < to; at++) {
      const doc = docs[at];
      if (((mask[(doc >>> 5) - maskFrom] >>> (doc & 31)) & 1) === 0) continue;
      sums[doc - from] += impacts[at + shift] * scale;
      candidates[(doc - from) >>> 5] |= 1 << (doc & 31);
    }
    list.at = at;
  }

  private addHeavy(list: HeavyList, block: number, mask: Uint32Array, maskFrom: number): void {
    const { heavy, impacts, impactsFrom, scale } = list;
    const { sums, candidates } = this;
    const { words, wordsFrom, ranks, ranksFrom } = heavy;
    const from = block * BLOCK_WORDS;
    const to = Math.min(mask.length + maskFrom, from + BLOCK_WORDS, words.length - wordsFrom);
    let rank = impactsFrom + ranks[ranksFrom + from / RANK_WORDS];
    for (let word = from; word < to; word++) {
      const own = words[wordsFrom + word];
      if (own === 0) continue;
      let rest = own & mask[word - maskFrom];
      candidates[word - from] |= rest;
      const base = (word - from) << 5;
      while (rest !== 0) {
        const bit = rest & -rest;
        const at = rank + popcount(own & (bit - 1));
        sums[base + 31 - Math.clz32(bit)] += impacts[at] * scale;
        rest ^= bit;
      }
      rank += popcount(own);
    }
  }

  /** Looks at the impacts, which stand side by side, before it looks for the documents that have them. */
  private addBestOfHeavy(list: HeavyList, block: number, mask: Uint32Array, maskFrom: number, least: number): void {
    const { heavy, impacts, impactsFrom, scale } = list;
    const { words, wordsFrom, ranks, ranksFrom } = heavy;
    const from = block * BLOCK_WORDS;
    const to = Math.min(mask.length + maskFrom, from + BLOCK_WORDS, words.length - wordsFrom);
    const leastImpact = least / scale;
    let rank = impactsFrom + ranks[ranksFrom + from / RANK_WORDS];
    for (let word = from; word < to; word++) {
      const own = words[wordsFrom + word];
      const end = rank + popcount(own);
      let rest = own;
      let at = rank;
      for (; rank < end; rank++) {
        if (impacts[rank] <= leastImpact) continue;
        for (; at < rank; at++) rest &= rest - 1;
        const bit = rest & -rest;
        if ((mask[word - maskFrom] & bit) === 0) continue;
        this.sums[((word - from) << 5) + 31 - Math.clz32(bit)] = impacts[rank] * scale;
        this.candidates[word - from] |= bit;
      }
    }
  }

  private addMerged(list: MergedList, block: number, mask: Uint32Array, maskFrom: number): void {
    const { sums, candidates } = this;
    const { values } = list;
    const from = block * BLOCK_WORDS;
    const to = Math.min(mask.length + maskFrom, from + BLOCK_WORDS);
    for (let word = from; word < to; word++) {
      let rest = list.bits[word] & mask[word - maskFrom];
      candidates[word - from] |= rest;
      while (rest !== 0) {
        const doc = (word << 5) + 31 - Math.clz32(rest & -rest);
        sums[doc - block * BLOCK] += values[doc];
        rest &= rest - 1;
      }
    }
  }

  /**
   * Adds the other lists to the candidates' sums, as long as there is a candidate that they could lift over the floor.
   * @returns whether there is one in the end
   */
  private complete(block: number, lists: readonly ScoredList[], essential: number, floor: number): boolean {
    let left = sumOfMaxima(lists, essential);
    for (let i = essential; ; i++) {
      const count = this.prune(floor - left);
      if (count === 0) return false;
      if (i === lists.length) return true;
      left -= lists[i].maximum;
      if (count > FEW) this.add(lists[i], block, this.candidates, block * BLOCK_WORDS, -Infinity);
      else this.probe(lists[i], block);
    }
  }

  /** Drops the candidates whose sums are not above this. @returns how many are left */
  private prune(floor: number): number {
    const { candidates, sums } = this;
    let count = 0;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        if (sums[(word << 5) + 31 - Math.clz32(bit)] > floor) count++;
        else candidates[word] ^= bit;
      }
    }
    return count;
  }

  private probe(list: ScoredList, block: number): void {
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = this.candidates[word]; rest !== 0; rest &= rest - 1) {
        const place = (word << 5) + 31 - Math.clz32(rest & -rest);
        this.sums[place] += list.probe(block * BLOCK + place);
      }
    }
  }

  private offerCandidates(
    block: number,
    boosts: readonly PhraseMatcher[],
    boost: number,
    first: number,
    top: TopK,
  ): void {
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = this.candidates[word]; rest !== 0; rest &= rest - 1) {
        const place = (word << 5) + 31 - Math.clz32(rest & -rest);
        const doc = block * BLOCK + place;
        let sum = this.sums[place];
        if (sum + boost <= top.floor()) continue;
        for (const phrase of boosts) if (phrase.matches(doc)) sum += phrase.boost as number;
        if (sum > top.floor()) top.offer(first + doc, sum);
      }
    }
  }
}

/** So few candidates are looked up one by one. */
const FEW = 6;

/** How many of the lists, the best first, have to be gone through: all others together stay at or below the floor. */
function essentialLists(lists: readonly ScoredList[], floor: number): number {
  let rest = 0;
  let essential = lists.length;
  while (essential > 0 && rest + lists[essential - 1].maximum <= floor) rest += lists[--essential].maximum;
  return essential;
}

function sumOfMaxima(lists: readonly ScoredList[], from: number): number {
  let sum = 0;
  for (let i = from; i < lists.length; i++) sum += lists[i].maximum;
  return sum;
}

/** The most that a document of the block can have. */
function boundOf(lists: readonly ScoredList[], block: number): number {
  let bound = 0;
  for (let i = 0; i < lists.length; i++) {
    const list = lists[i];
    bound += list.kind === 'heavy' ? list.heavy.blockMaxima[list.heavy.blocksFrom + block] * list.scale : list.maximum;
  }
  return bound;
}

function isEmpty(bits: Uint32Array, block: number): boolean {
  const to = Math.min(bits.length, (block + 1) * BLOCK_WORDS);
  for (let word = block * BLOCK_WORDS; word < to; word++) if (bits[word] !== 0) return false;
  return true;
}
