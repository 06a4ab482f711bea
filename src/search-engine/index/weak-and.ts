import { BLOCK_SIZE, BLOCK_WORDS } from './posting-list';
import type { SortedPostings, ScoredPostings } from './scored-postings';

/**
 * {@link WeakAnd} looks for documents only in this number of posting lists, those with the highest possible scores. It
 * assumes that every document is in all other lists.
 */
const TESTED_LISTS = 3;

/**
 * Finds the documents of a block whose scores can be above a minimum (the floor), given the lists that they are in. It
 * is a WAND over the upper bounds of the lists (Broder et al., "Efficient query evaluation using a two-level retrieval
 * process", CIKM 2003) that processes 32 documents at a time. Bitmap postings have two bounds: one for their documents
 * with high impacts (stored scores) and one for the others.
 */
export class WeakAnd {
  /** By list: bitmap of its documents in the block. Only sorted postings need it: all others have a bitmap. */
  private readonly marked = Array.from({ length: TESTED_LISTS }, () => new Uint32Array(BLOCK_WORDS));
  /** By list: bitmap of the documents whose score could exceed the floor if they were in this list. */
  private readonly within = Array.from({ length: TESTED_LISTS }, () => new Uint32Array(BLOCK_WORDS));
  private readonly words: Uint32Array[] = [];
  private readonly highImpacts: Uint32Array[] = [];
  /** By list: upper bound of what the list adds to a document without a high impact. */
  private readonly low = new Float64Array(TESTED_LISTS);
  private readonly wordsFrom = new Uint32Array(TESTED_LISTS);
  /** By list: upper bound of the total that this list and the following ones add to a document. */
  private readonly remainingBounds = new Float64Array(TESTED_LISTS + 1);
  private maxima: Float64Array = new Float64Array();
  private testedCount = 0;
  private width = 0;

  /**
   * Writes the bitmap of the documents of a block whose score can be above the floor.
   * @param lists all lists, by descending highest score. Their cursors only move forward, so a caller must process the
   * blocks in ascending order.
   * @param maxima by list: upper bound of what it adds to a document of the block
   * @param width width of the block in words; the last block is shorter
   * @param into receives the bitmap
   */
  find(
    lists: readonly ScoredPostings[],
    maxima: Float64Array,
    block: number,
    width: number,
    floor: number,
    into: Uint32Array,
  ): void {
    this.maxima = maxima;
    this.width = width;
    this.testedCount = Math.min(lists.length, TESTED_LISTS);
    let need = floor;
    for (let i = this.testedCount; i < lists.length; i++) need -= maxima[i];
    if (need < 0) return void into.fill(0xffffffff);
    this.remainingBounds[this.testedCount] = 0;
    for (let i = this.testedCount - 1; i >= 0; i--) {
      this.open(lists[i], i, block);
      this.remainingBounds[i] = this.remainingBounds[i + 1] + maxima[i];
    }
    if (!this.findAbove(0, need, into)) into.fill(0);
  }

  private open(list: ScoredPostings, listIndex: number, block: number): void {
    if (list.kind === 'sorted') this.words[listIndex] = blockBitmap(list, block, this.marked[listIndex]);
    else this.words[listIndex] = list.kind === 'bitmap' ? list.bitmap.words : list.bits;
    this.highImpacts[listIndex] = list.kind === 'bitmap' ? list.bitmap.highs : this.words[listIndex];
    this.low[listIndex] = list.kind === 'bitmap' ? list.bitmap.highThreshold * list.scale : Infinity;
    const from = list.kind === 'bitmap' ? list.bitmap.wordsFrom : 0;
    this.wordsFrom[listIndex] = list.kind === 'sorted' ? 0 : from + block * BLOCK_WORDS;
  }

  /**
   * Writes the bitmap of the documents to which the lists from this index on can add more than the needed score.
   * @param need at least 0
   * @returns false, without writing, if there are no such documents
   */
  private findAbove(listIndex: number, need: number, into: Uint32Array): boolean {
    if (this.remainingBounds[listIndex] <= need) return false;
    const remainingBound = this.remainingBounds[listIndex + 1];
    const high = this.maxima[listIndex];
    const low = Math.min(high, this.low[listIndex]);
    let isBegun = this.findAbove(listIndex + 1, need, into);
    if (remainingBound + low > need) isBegun = this.join(this.words[listIndex], listIndex, need - low, into, isBegun);
    if (low < high) isBegun = this.join(this.highImpacts[listIndex], listIndex, need - high, into, isBegun);
    return isBegun;
  }

  /**
   * Adds documents of a list to `into`: those to which the following lists can add more than the needed score.
   * @param words bitmap of all documents of the list, or of those with a high impact
   * @param isBegun whether `into` has been written before
   * @returns whether `into` has been written now
   */
  private join(words: Uint32Array, listIndex: number, need: number, into: Uint32Array, isBegun: boolean): boolean {
    const { width } = this;
    const from = this.wordsFrom[listIndex];
    const within = this.within[listIndex];
    if (need < 0) within.fill(0xffffffff);
    else if (!this.findAbove(listIndex + 1, need, within)) return isBegun;
    if (isBegun) for (let word = 0; word < width; word++) into[word] |= words[from + word] & within[word];
    else for (let word = 0; word < width; word++) into[word] = words[from + word] & within[word];
    return true;
  }
}

/** Returns the bitmap of a list's documents in a block. The cursor stays at the first document of the block. */
function blockBitmap(list: SortedPostings, block: number, into: Uint32Array): Uint32Array {
  const from = block * BLOCK_SIZE;
  list.seek(from);
  const { docs, end } = list;
  into.fill(0);
  for (let at = list.cursor; at < end && docs[at] < from + BLOCK_SIZE; at++)
    into[(docs[at] - from) >>> 5] |= 1 << (docs[at] & 31);
  return into;
}
