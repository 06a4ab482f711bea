import type { TopK } from '../../learn/select';
import { DOCUMENTS_PER_FAST_STEP, type CooperativeTask } from '../scheduling/cooperative-task';
import { wordsFor } from './bitmap';
import { BlockScores } from './block-scores';
import type { PhraseMatcher } from './phrase';
import { BLOCK_SIZE, BLOCK_WORDS } from './posting-list';
import { LIMITS } from './query';
import type { ScoredPostings } from './scored-postings';
import type { DocumentBitmap } from './selection';
import { WeakAnd } from './weak-and';

/** Reading this number of contiguous impacts (stored scores) takes as long as looking up the impact of one document. */
const IMPACTS_PER_LOOKUP = 6;

/** A query without boosted phrases yields to other work after this number of blocks. */
const BLOCKS_PER_STEP = DOCUMENTS_PER_FAST_STEP / BLOCK_SIZE;

/** If a block has at most this number of candidate documents, each is looked up individually. */
const MAX_INDIVIDUAL_LOOKUPS = 64;

/**
 * The first block is processed in batches of growing size, because early hits raise the score that further hits must
 * exceed. This is the size of the first batch, in bitmap words of 32 documents.
 */
const FIRST_BATCH_WORDS = 4;

/**
 * Finds the documents with the highest scores among many matches without scoring all of them. It processes the
 * documents in blocks. For each block, every posting list has an upper bound of its scores, which bitmap postings store
 * (Ding & Suel, "Faster top-k document retrieval using block-max indexes", 2011). The *floor* is the k-th best score so
 * far, which further hits must exceed.
 *
 * 1. A block is skipped if the sum of its bounds is not above the floor.
 * 2. In the other blocks, a document is a candidate only if the sum of the bounds of its lists is above the floor
 *    ({@link WeakAnd}).
 * 3. A few candidates are looked up individually. Many candidates are scored list by list. After each list, those that
 *    the remaining lists cannot lift above the floor are dropped (MaxScore: Turtle & Flood, "Query evaluation:
 *    strategies and optimizations", 1995).
 */
export class TopScores {
  private readonly block = new BlockScores();
  private readonly weakAnd = new WeakAnd();
  private offerContext!: OfferContext;
  /** By list: upper bound of its scores in the current block. */
  private readonly maxima = new Float64Array(LIMITS.clauses);

  /**
   * @param lists the postings of all clauses
   * @param boostedPhrases phrases that add to a score
   * @param first the number that the segment's document 0 gets in `top`; all numbers offered before must be smaller
   */
  *offer(
    { bits, documents }: DocumentBitmap,
    lists: readonly ScoredPostings[],
    boostedPhrases: readonly PhraseMatcher[],
    first: number,
    top: TopK,
  ): CooperativeTask<void> {
    const ordered = [...lists].sort((a, b) => b.maximum - a.maximum);
    const totalBoost = boostedPhrases.reduce((sum, phrase) => sum + (phrase.boost as number), 0);
    const maxScore = ordered.reduce((sum, { maximum }) => sum + maximum, totalBoost);
    const mask = bits.subarray(0, wordsFor(documents));
    this.offerContext = { first, top, boostedPhrases, totalBoost };
    for (let block = 0; block * BLOCK_SIZE < documents; block++) {
      const floor = top.threshold();
      if (maxScore <= floor) return;
      if (this.upperBound(ordered, block) + totalBoost <= floor || isEmpty(mask, block)) continue;
      const end = Math.min(BLOCK_WORDS, mask.length - block * BLOCK_WORDS);
      for (let from = 0, to = 0; from < end; from = to) {
        to = block === 0 ? Math.min(end, Math.max(FIRST_BATCH_WORDS, from * 2)) : end;
        this.offerWords(ordered, block, from, to, mask);
      }
      // Testing documents for phrases is slow, so with phrases the task yields after every block.
      if (boostedPhrases.length > 0 || block % BLOCKS_PER_STEP === BLOCKS_PER_STEP - 1) yield;
    }
  }

  /**
   * Offers those documents of a block to `top` that can score above the floor. It reads only the words [from, to) of
   * the block's bitmap.
   */
  private offerWords(
    lists: readonly ScoredPostings[],
    block: number,
    from: number,
    to: number,
    mask: Uint32Array,
  ): void {
    const [topList] = lists;
    const { top, totalBoost } = this.offerContext;
    const floor = top.threshold() - totalBoost;
    this.weakAnd.find(lists, this.maxima, block, to, floor, this.block.candidates);
    const candidateCount = this.block.intersect(block, from, to, mask);
    if (candidateCount <= MAX_INDIVIDUAL_LOOKUPS) {
      if (candidateCount > 0) this.offerIndividually(lists, block, from, to);
      return;
    }
    const others = this.sumOfMaxima(1, lists.length);
    const impactCount = (topList.count * (to - from)) / mask.length;
    let count = candidateCount;
    let next = 0;
    if (topList.kind === 'bitmap' && others <= floor && candidateCount * IMPACTS_PER_LOOKUP > impactCount) {
      count = this.block.resetAbove(topList, block, to, floor - others);
      next = 1;
    } else this.block.reset();
    if (this.addRemaining(block, lists, next, floor, count)) this.offerCandidates(block);
  }

  /** Looks up each candidate and offers those that score above the floor. */
  private offerIndividually(lists: readonly ScoredPostings[], block: number, from: number, to: number): void {
    const { candidates } = this.block;
    const { top, totalBoost } = this.offerContext;
    const maxScore = this.sumOfMaxima(0, lists.length);
    for (let word = from; word < to; word++) {
      next: for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const doc = block * BLOCK_SIZE + (word << 5) + 31 - Math.clz32(rest & -rest);
        const floor = top.threshold() - totalBoost;
        let remainingMaximum = maxScore;
        let sum = 0;
        for (let i = 0; i < lists.length; i++) {
          remainingMaximum -= this.maxima[i];
          sum += lists[i].probe(doc);
          if (sum + remainingMaximum <= floor) continue next;
        }
        this.offerOne(doc, sum);
      }
    }
  }

  /**
   * Returns the upper bound of the scores in a block, without boosts, and sets `maxima` to the upper bound of each
   * list.
   */
  private upperBound(lists: readonly ScoredPostings[], block: number): number {
    const { maxima } = this;
    let bound = 0;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i];
      maxima[i] =
        list.kind === 'bitmap' ? list.bitmap.blockMaxima[list.bitmap.blocksFrom + block] * list.scale : list.maximum;
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
   * Adds the scores of the lists from index `from` on to the candidates' partial scores. Drops candidates that the
   * remaining lists cannot lift above the floor.
   * @returns whether any candidate is left
   */
  private addRemaining(
    block: number,
    lists: readonly ScoredPostings[],
    from: number,
    floor: number,
    candidateCount: number,
  ): boolean {
    let remainingMaximum = this.sumOfMaxima(from, lists.length);
    let count = candidateCount;
    for (let i = from; i < lists.length && count > 0; i++) {
      remainingMaximum -= this.maxima[i];
      count = this.block.addAndPrune(lists[i], block, floor - remainingMaximum);
    }
    return count > 0;
  }

  private offerCandidates(block: number): void {
    const { candidates, sums } = this.block;
    const { top, totalBoost } = this.offerContext;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const blockOffset = (word << 5) + 31 - Math.clz32(rest & -rest);
        if (sums[blockOffset] + totalBoost > top.threshold())
          this.offerOne(block * BLOCK_SIZE + blockOffset, sums[blockOffset]);
      }
    }
  }

  private offerOne(doc: number, sum: number): void {
    const { first, top, boostedPhrases } = this.offerContext;
    let whole = sum;
    for (const phrase of boostedPhrases) if (phrase.matches(doc)) whole += phrase.boost as number;
    if (whole > top.threshold()) top.offer(first + doc, whole);
  }
}

/** The heap to which the documents of one segment are offered, and the phrases that can add to their scores. */
interface OfferContext {
  readonly first: number;
  readonly top: TopK;
  readonly boostedPhrases: readonly PhraseMatcher[];
  /** Sum of the boosts of all these phrases. */
  readonly totalBoost: number;
}

function isEmpty(bits: Uint32Array, block: number): boolean {
  const to = Math.min(bits.length, (block + 1) * BLOCK_WORDS);
  for (let word = block * BLOCK_WORDS; word < to; word++) if (bits[word] !== 0) return false;
  return true;
}
