import { popcount } from './bitmap';
import { BLOCK_SIZE, BLOCK_WORDS, WORDS_PER_RANK } from './posting-list';
import type { BitmapPostings, SortedPostings, MergedPostings, ScoredPostings } from './scored-postings';

/**
 * The documents of one block that can still be among the best hits, with their partial scores. A block has
 * {@link BLOCK_SIZE} consecutive documents. A partial score is the sum over the posting lists that were read so far.
 */
export class BlockScores {
  /** Partial scores, by document number within the block. */
  readonly sums = new Float64Array(BLOCK_SIZE);
  /** Bitmap of the documents that are still candidates. */
  readonly candidates = new Uint32Array(BLOCK_WORDS);

  /** Drops the candidates that are outside the words [from, to) or not in the mask. @returns how many are left */
  intersect(block: number, from: number, to: number, mask: Uint32Array): number {
    const { candidates } = this;
    const maskFrom = block * BLOCK_WORDS;
    let count = 0;
    candidates.fill(0, 0, from);
    candidates.fill(0, to);
    for (let word = from; word < to; word++) {
      candidates[word] &= mask[maskFrom + word];
      if (candidates[word] !== 0) count += popcount(candidates[word]);
    }
    return count;
  }

  reset(): void {
    this.sums.fill(0);
  }

  /**
   * Adds the list's scores to the candidates' partial scores. Then drops those whose sum is not above `floor`.
   * @returns how many candidates are left
   */
  addAndPrune(list: ScoredPostings, block: number, floor: number): number {
    if (list.kind === 'bitmap') return this.addAndPruneBitmap(list, block, floor);
    if (list.kind === 'sorted') this.addSorted(list, block);
    else this.addMerged(list, block);
    return this.prune(floor);
  }

  private addSorted(list: SortedPostings, block: number): void {
    const { sums, candidates } = this;
    const from = block * BLOCK_SIZE;
    const to = from + BLOCK_SIZE;
    list.seek(from);
    const { docs, end, impacts, impactShift, scale } = list;
    for (let { cursor } = list; cursor < end && docs[cursor] < to; cursor++) {
      const blockOffset = docs[cursor] - from;
      if (((candidates[blockOffset >>> 5] >>> (blockOffset & 31)) & 1) !== 0)
        sums[blockOffset] += impacts[cursor + impactShift] * scale;
    }
  }

  /**
   * Drops the candidates to which the list adds at most `threshold`. Sets the partial score of each other candidate to
   * what the list adds. The method scans the impacts (stored scores), because they are contiguous, and looks up
   * documents only for high ones.
   * @returns how many candidates are left
   */
  resetAbove(list: BitmapPostings, block: number, width: number, threshold: number): number {
    const { bitmap, impacts, impactsFrom, scale } = list;
    const { words, wordsFrom, ranks, ranksFrom } = bitmap;
    const { candidates, sums } = this;
    const from = block * BLOCK_WORDS;
    const impactThreshold = threshold / scale;
    let count = 0;
    let rank = impactsFrom + ranks[ranksFrom + from / WORDS_PER_RANK];
    for (let word = 0; word < width; word++) {
      const own = words[wordsFrom + from + word];
      const before = candidates[word];
      const end = rank + popcount(own);
      let survivors = 0;
      let rest = own;
      let at = rank;
      for (; rank < end; rank++) {
        if (impacts[rank] <= impactThreshold) continue;
        for (; at < rank; at++) rest &= rest - 1;
        const bit = rest & -rest;
        if ((before & bit) === 0) continue;
        sums[(word << 5) + 31 - Math.clz32(bit)] = impacts[rank] * scale;
        survivors |= bit;
        count++;
      }
      candidates[word] = survivors;
    }
    return count;
  }

  private addMerged({ bits, values }: MergedPostings, block: number): void {
    const { sums, candidates } = this;
    const from = block * BLOCK_WORDS;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      if (candidates[word] === 0) continue;
      for (let rest = candidates[word] & bits[from + word]; rest !== 0; rest &= rest - 1) {
        const blockOffset = (word << 5) + 31 - Math.clz32(rest & -rest);
        sums[blockOffset] += values[block * BLOCK_SIZE + blockOffset];
      }
    }
  }

  private addAndPruneBitmap(list: BitmapPostings, block: number, floor: number): number {
    const { bitmap, impacts, impactsFrom, scale } = list;
    const { sums, candidates } = this;
    const { words, wordsFrom, ranks, ranksFrom } = bitmap;
    const from = block * BLOCK_WORDS;
    let count = 0;
    let rank = 0;
    // `rank` is the index in `impacts` of the first posting in this word of the block.
    let rankedWord = -1;
    for (let word = 0; word < BLOCK_WORDS; word++) {
      if (candidates[word] === 0) continue;
      const group = word - (word % WORDS_PER_RANK);
      if (rankedWord < group) {
        rank = impactsFrom + ranks[ranksFrom + (from + group) / WORDS_PER_RANK];
        rankedWord = group;
      }
      for (; rankedWord < word; rankedWord++) rank += popcount(words[wordsFrom + from + rankedWord]);
      const own = words[wordsFrom + from + word];
      const base = word << 5;
      for (let rest = candidates[word]; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        const blockOffset = base + 31 - Math.clz32(bit);
        if ((own & bit) !== 0) sums[blockOffset] += impacts[rank + popcount(own & (bit - 1))] * scale;
        if (sums[blockOffset] > floor) count++;
        else candidates[word] ^= bit;
      }
    }
    return count;
  }

  /** Drops the candidates whose partial scores are not above `floor`. @returns how many are left */
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
}
