import type { TopK } from '../../learn/select';
import { STEP_PASSED, type Steps } from '../turns/steps';
import { wordsFor } from './bitmap';
import { BlockScores } from './block-scores';
import type { PhraseMatcher } from './phrase';
import { BLOCK, BLOCK_WORDS } from './posting-list';
import { LIMITS } from './query';
import type { ScoredList } from './scored-list';
import type { ManyDocuments } from './selection';
import { WeakAnd } from './weak-and';

/** To look at so many impacts that stand side by side takes as long as to look one document up. */
const IMPACTS = 6;

/** Blocks that a step goes through where no phrase is looked for. */
const STEP_BLOCKS = STEP_PASSED / BLOCK;

/** So few candidates are looked up one by one. */
const FEW = 64;

/** So many words of bits are looked at first. */
const FIRST_WORDS = 4;

/**
 * Finds the documents with the highest scores among many that match, without scoring all of them, block by block, with the best that
 * each list has in the block (heavy lists know it: Ding & Suel, "Faster top-k document retrieval using block-max indexes", 2011). Blocks
 * whose best is too low are not looked at; of others only documents that are in enough lists ({@link WeakAnd}). Many of them are
 * narrowed down list by list to those that the lists to come could still lift over the k-th best so far (MaxScore: Turtle & Flood,
 * "Query evaluation: strategies and optimizations", 1995), few are looked up one by one.
 */
export class TopScores {
  private readonly block = new BlockScores();
  private readonly weakAnd = new WeakAnd();
  private offered!: Offered;
  /** By list: the most that it adds in the block. */
  private readonly maxima = new Float64Array(LIMITS.clauses);

  /**
   * @param lists of all clauses
   * @param boosts phrases that add to a score
   * @param first what the segment's first document is called in `top`, which has been offered smaller ones only
   */
  *offer(
    { bits, documents }: ManyDocuments,
    lists: readonly ScoredList[],
    boosts: readonly PhraseMatcher[],
    first: number,
    top: TopK,
  ): Steps<void> {
    const ordered = [...lists].sort((a, b) => b.maximum - a.maximum);
    const boost = boosts.reduce((sum, phrase) => sum + (phrase.boost as number), 0);
    const most = ordered.reduce((sum, { maximum }) => sum + maximum, boost);
    const mask = bits.subarray(0, wordsFor(documents));
    this.offered = { first, top, boosts, boost };
    for (let block = 0; block * BLOCK < documents; block++) {
      const floor = top.floor();
      if (most <= floor) return;
      if (this.boundOf(ordered, block) + boost <= floor || isEmpty(mask, block)) continue;
      const end = Math.min(BLOCK_WORDS, mask.length - block * BLOCK_WORDS);
      for (let from = 0, to = 0; from < end; from = to) {
        // The first documents bring the floor up, the more of them the higher: few at first.
        to = block === 0 ? Math.min(end, Math.max(FIRST_WORDS, from * 2)) : end;
        this.offerWords(ordered, block, from, to, mask);
      }
      // Phrases are looked for in every document that may be among the best.
      if (boosts.length > 0 || block % STEP_BLOCKS === STEP_BLOCKS - 1) yield;
    }
  }

  /** Offers what may be above the floor of words [from, to) of a block. */
  private offerWords(lists: readonly ScoredList[], block: number, from: number, to: number, mask: Uint32Array): void {
    const [best] = lists;
    const { top, boost } = this.offered;
    const floor = top.floor() - boost;
    this.weakAnd.find(lists, this.maxima, block, to, floor, this.block.candidates);
    const found = this.block.keepCommon(block, from, to, mask);
    if (found <= FEW) {
      if (found > 0) this.offerFew(lists, block, from, to);
      return;
    }
    const others = this.sumOfMaxima(1, lists.length);
    const impacts = (best.count * (to - from)) / mask.length;
    let count = found;
    let next = 0;
    if (best.kind === 'heavy' && others <= floor && found * IMPACTS > impacts) {
      count = this.block.beginAbove(best, block, to, floor - others);
      next = 1;
    } else this.block.begin();
    if (this.complete(block, lists, next, floor, count)) this.offerCandidates(block);
  }

  /** One by one. */
  private offerFew(lists: readonly ScoredList[], block: number, from: number, to: number): void {
    const { candidates } = this.block;
    const { top, boost } = this.offered;
    const most = this.sumOfMaxima(0, lists.length);
    for (let word = from; word < to; word++) {
      next: for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const doc = block * BLOCK + (word << 5) + 31 - Math.clz32(rest & -rest);
        const floor = top.floor() - boost;
        let left = most;
        let sum = 0;
        for (let i = 0; i < lists.length; i++) {
          left -= this.maxima[i];
          sum += lists[i].probe(doc);
          if (sum + left <= floor) continue next;
        }
        this.offerOne(doc, sum);
      }
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

  private sumOfMaxima(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum += this.maxima[i];
    return sum;
  }

  /**
   * Adds lists to the candidates' sums, as long as there is a candidate that they could lift over the floor.
   * @param from the first list that is added
   * @param found how many candidates there are
   * @returns whether there is one in the end
   */
  private complete(block: number, lists: readonly ScoredList[], from: number, floor: number, found: number): boolean {
    let left = this.sumOfMaxima(from, lists.length);
    let count = found;
    for (let i = from; i < lists.length && count > 0; i++) {
      left -= this.maxima[i];
      count = this.block.narrow(lists[i], block, floor - left);
    }
    return count > 0;
  }

  private offerCandidates(block: number): void {
    const { candidates, sums } = this.block;
    const { top, boost } = this.offered;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const place = (word << 5) + 31 - Math.clz32(rest & -rest);
        if (sums[place] + boost > top.floor()) this.offerOne(block * BLOCK + place, sums[place]);
      }
    }
  }

  private offerOne(doc: number, sum: number): void {
    const { first, top, boosts } = this.offered;
    let whole = sum;
    for (const phrase of boosts) if (phrase.matches(doc)) whole += phrase.boost as number;
    if (whole > top.floor()) top.offer(first + doc, whole);
  }
}

/** What documents of one segment are offered to, and what may add to their scores. */
interface Offered {
  readonly first: number;
  readonly top: TopK;
  readonly boosts: readonly PhraseMatcher[];
  /** Of all of these. */
  readonly boost: number;
}

function isEmpty(bits: Uint32Array, block: number): boolean {
  const to = Math.min(bits.length, (block + 1) * BLOCK_WORDS);
  for (let word = block * BLOCK_WORDS; word < to; word++) if (bits[word] !== 0) return false;
  return true;
}
