import { popcount } from './bitmap';
import { BLOCK, BLOCK_WORDS, RANK_WORDS } from './posting-list';
import type { HeavyList, LightList, MergedList, ScoredList } from './scored-list';

/** Documents of one block that may be among the best, and what they have so far. */
export class BlockScores {
  /** By place in the block. */
  readonly sums = new Float64Array(BLOCK);
  /** Bits of those that are in the running. */
  readonly candidates = new Uint32Array(BLOCK_WORDS);

  /**
   * Makes candidates of the documents that the first lists give more than this.
   * @returns how many they are
   */
  bringUp(lists: readonly ScoredList[], essential: number, block: number, mask: Uint32Array, least: number): number {
    this.candidates.fill(0);
    const [best] = lists;
    if (essential === 1 && best.kind === 'heavy') return this.addBestOfHeavy(best, block, mask, least);
    this.sums.fill(0);
    for (let i = 0; i < essential; i++) this.add(lists[i], block, mask, 0);
    return this.prune(least);
  }

  /** Adds a list to the sums of `count` candidates and drops those that are not above the floor then. @returns how many are left */
  narrow(list: ScoredList, block: number, count: number, floor: number): number {
    if (count <= FEW) this.probe(list, block);
    else if (list.kind === 'heavy') return this.narrowByHeavy(list, block, floor);
    else this.add(list, block, this.candidates, block * BLOCK_WORDS);
    return this.prune(floor);
  }

  /**
   * Adds a list to the sums of a block's documents that are in the mask, and makes them candidates.
   * @param maskFrom the word at which the mask begins
   */
  private add(list: ScoredList, block: number, mask: Uint32Array, maskFrom: number): void {
    if (list.kind === 'light') this.addLight(list, block, mask, maskFrom);
    else if (list.kind === 'merged') this.addMerged(list, block, mask, maskFrom);
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
  private addBestOfHeavy(list: HeavyList, block: number, mask: Uint32Array, least: number): number {
    const { heavy, impacts, impactsFrom, scale } = list;
    const { words, wordsFrom, ranks, ranksFrom } = heavy;
    const from = block * BLOCK_WORDS;
    const to = Math.min(mask.length, from + BLOCK_WORDS, words.length - wordsFrom);
    const leastImpact = least / scale;
    let count = 0;
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
        if ((mask[word] & bit) === 0) continue;
        this.sums[((word - from) << 5) + 31 - Math.clz32(bit)] = impacts[rank] * scale;
        this.candidates[word - from] |= bit;
        count++;
      }
    }
    return count;
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

  private narrowByHeavy(list: HeavyList, block: number, floor: number): number {
    const { heavy, impacts, impactsFrom, scale } = list;
    const { sums, candidates } = this;
    const { words, wordsFrom, ranks, ranksFrom } = heavy;
    const from = block * BLOCK_WORDS;
    const to = Math.min(from + BLOCK_WORDS, words.length - wordsFrom);
    let rank = impactsFrom + ranks[ranksFrom + from / RANK_WORDS];
    let count = 0;
    for (let word = from; word < to; word++) {
      const own = words[wordsFrom + word];
      const base = (word - from) << 5;
      for (let rest = candidates[word - from]; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        const place = base + 31 - Math.clz32(bit);
        if ((own & bit) !== 0) sums[place] += impacts[rank + popcount(own & (bit - 1))] * scale;
        if (sums[place] > floor) count++;
        else candidates[word - from] ^= bit;
      }
      rank += popcount(own);
    }
    return count;
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
}

/** So few candidates are looked up one by one. */
const FEW = 6;
