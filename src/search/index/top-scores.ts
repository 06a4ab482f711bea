import type { TopK } from '../../learn/select';
import { BlockScores } from './block-scores';
import type { PhraseMatcher } from './phrase';
import { BLOCK, BLOCK_WORDS } from './posting-list';
import { LIMITS } from './query';
import type { ScoredList } from './scored-list';
import type { ManyDocuments } from './selection';

/**
 * Finds the documents with the highest scores among many that match, without scoring all of them: MaxScore (Turtle & Flood, "Query
 * evaluation: strategies and optimizations", 1995), block by block, with the best that each list has in the block (heavy lists know it:
 * Ding & Suel, "Faster top-k document retrieval using block-max indexes", 2011). Blocks whose best is too low are not looked at. Lists
 * whose best would not lift a document over the k-th best so far are not gone through, only asked about documents that another list
 * has brought up and that are still in the running.
 */
export class TopScores {
  private readonly block = new BlockScores();
  /** By list: the most that it adds in the block. */
  private readonly maxima = new Float64Array(LIMITS.clauses);

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
    const most = ordered.reduce((sum, { maximum }) => sum + maximum, boost);
    for (let block = 0; block * BLOCK < documents; block++) {
      const floor = top.floor();
      if (most <= floor) return;
      if (this.boundOf(ordered, block) + boost <= floor || isEmpty(bits, block)) continue;
      const essential = this.essential(ordered.length, floor - boost);
      const others = this.sumOfMaxima(essential, ordered.length);
      const found = this.block.bringUp(ordered, essential, block, bits, floor - boost - others);
      if (this.complete(block, ordered, essential, floor - boost, found))
        this.offerCandidates(block, boosts, boost, first, top);
    }
  }

  /** The most that a document of the block can have; leaves in `maxima` the most that it can have of each list. */
  private boundOf(lists: readonly ScoredList[], block: number): number {
    const { maxima } = this;
    let bound = 0;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i];
      maxima[i] =
        list.kind === 'heavy' ? list.heavy.blockMaxima[list.heavy.blocksFrom + block] * list.scale : list.maximum;
      bound += maxima[i];
    }
    return bound;
  }

  /** How many of the lists, the best first, have to be gone through: all others together stay at or below the floor. */
  private essential(lists: number, floor: number): number {
    let rest = 0;
    let essential = lists;
    while (essential > 0 && rest + this.maxima[essential - 1] <= floor) rest += this.maxima[--essential];
    return essential;
  }

  private sumOfMaxima(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum += this.maxima[i];
    return sum;
  }

  /**
   * Adds the other lists to the candidates' sums, as long as there is a candidate that they could lift over the floor.
   * @param found how many candidates there are
   * @returns whether there is one in the end
   */
  private complete(
    block: number,
    lists: readonly ScoredList[],
    essential: number,
    floor: number,
    found: number,
  ): boolean {
    let left = this.sumOfMaxima(essential, lists.length);
    let count = found;
    for (let i = essential; i < lists.length && count > 0; i++) {
      left -= this.maxima[i];
      count = this.block.narrow(lists[i], block, count, floor - left);
    }
    return count > 0;
  }

  private offerCandidates(
    block: number,
    boosts: readonly PhraseMatcher[],
    boost: number,
    first: number,
    top: TopK,
  ): void {
    const { candidates, sums } = this.block;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const place = (word << 5) + 31 - Math.clz32(rest & -rest);
        const doc = block * BLOCK + place;
        let sum = sums[place];
        if (sum + boost <= top.floor()) continue;
        for (const phrase of boosts) if (phrase.matches(doc)) sum += phrase.boost as number;
        if (sum > top.floor()) top.offer(first + doc, sum);
      }
    }
  }
}

function isEmpty(bits: Uint32Array, block: number): boolean {
  const to = Math.min(bits.length, (block + 1) * BLOCK_WORDS);
  for (let word = block * BLOCK_WORDS; word < to; word++) if (bits[word] !== 0) return false;
  return true;
}
