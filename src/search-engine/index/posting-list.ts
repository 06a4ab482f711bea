import { hasBit, popcount } from './bitmap';
import { type OccurrenceCursor, OccurrenceRun } from './occurrences';

/** Number of documents in a block. Bitmap postings store the largest impact (see {@link ImpactScale}) of each block. */
export const BLOCK_SIZE = 2048;
export const BLOCK_WORDS = BLOCK_SIZE / 32;

/** Number of 32-bit words between two stored ranks of a bitmap. A rank is the number of documents before a word. */
export const WORDS_PER_RANK = 8;

/** Number of postings between two stored starts of occurrences. Postings in between are found by skipping forward. */
export const SKIP_INTERVAL = 64;

/** A list with more than 1/32 of all documents is stored as a bitmap, which is then smaller than a list of numbers. */
export const BITMAP_SHARE = 32;

/**
 * The documents of a posting list as a bitmap. It has ranks, to find a document's posting, and the largest impact of
 * each block.
 */
export interface PostingBitmap {
  readonly words: Uint32Array;
  readonly wordsFrom: number;
  readonly ranks: Uint32Array;
  readonly ranksFrom: number;
  readonly blockMaxima: Uint16Array;
  readonly blocksFrom: number;
  /**
   * Bitmap of the documents with an impact above `highThreshold`, read from `wordsFrom` on. Lists of prefixes do not
   * have it.
   */
  readonly highs: Uint32Array;
  readonly highThreshold: number;
  /** Number of the list among those lists of terms that are stored as bitmaps; −1 for a list of a prefix. */
  readonly bitmapNumber: number;
}

/**
 * The occurrences of a posting list. `bytes` has, for each posting, the length of its occurrences in bytes and then the
 * occurrences. `starts` has the index in `bytes` of every {@link SKIP_INTERVAL}th posting.
 */
export interface PostingOccurrences {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly startsFrom: number;
}

/** The documents that have a term, ascending, with the impact of each. It is a view into a segment's arrays. */
export class PostingList {
  /**
   * @param number number of the list in its segment; −1 for a list that was built for a query
   * @param docs read from `docsFrom` on; unused for a bitmap
   * @param impacts read from `impactsFrom` on, in document order
   * @param maximum the largest impact
   */
  constructor(
    readonly number: number,
    readonly count: number,
    readonly docs: Uint32Array,
    readonly docsFrom: number,
    readonly impacts: Uint16Array,
    readonly impactsFrom: number,
    readonly maximum: number,
    readonly bitmap: PostingBitmap | null,
    readonly occurrences: PostingOccurrences | null,
  ) {}

  /** Returns the index of the document's posting, or −1. */
  find(doc: number): number {
    if (this.bitmap !== null) return bitmapRank(this.bitmap, doc);
    const { docs, docsFrom } = this;
    let low = docsFrom;
    let high = docsFrom + this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (docs[middle] < doc) low = middle + 1;
      else high = middle;
    }
    return low < docsFrom + this.count && docs[low] === doc ? low - docsFrom : -1;
  }

  /** Opens the cursor on the occurrences of one posting. The list must have occurrences. */
  openOccurrences(posting: number, cursor: OccurrenceCursor): void {
    const run = this.occurrenceRun(Math.floor(posting / SKIP_INTERVAL));
    for (let left = posting % SKIP_INTERVAL; left >= 0; left--) run.next();
    cursor.open(run.bytes, run.from, run.to);
  }

  /**
   * Returns the occurrence lists from one posting on.
   * @param skipIndex the posting's index divided by {@link SKIP_INTERVAL}; the index must be a multiple of it
   */
  occurrenceRun(skipIndex: number): OccurrenceRun {
    const { bytes, starts, startsFrom } = this.occurrences as PostingOccurrences;
    return new OccurrenceRun(bytes, starts[startsFrom + skipIndex]);
  }

  /** Sets the bit of each document of the list. */
  mark(bits: Uint32Array, words: number): void {
    if (this.bitmap !== null) {
      const { words: own, wordsFrom } = this.bitmap;
      for (let word = 0; word < words; word++) bits[word] |= own[wordsFrom + word];
      return;
    }
    const { docs, docsFrom } = this;
    for (let at = docsFrom; at < docsFrom + this.count; at++) bits[docs[at] >>> 5] |= 1 << (docs[at] & 31);
  }

  /** Returns how many documents of the list are in the bitmap. */
  countCommon(bits: Uint32Array, words: number): number {
    let common = 0;
    if (this.bitmap !== null) {
      const { words: own, wordsFrom } = this.bitmap;
      for (let word = 0; word < words; word++) {
        const both = own[wordsFrom + word] & bits[word];
        if (both !== 0) common += popcount(both);
      }
      return common;
    }
    const { docs, docsFrom } = this;
    for (let at = docsFrom; at < docsFrom + this.count; at++) if (hasBit(bits, docs[at])) common++;
    return common;
  }

  /** Calls `visit` for every posting, in document order. */
  forEach(visit: (doc: number, impact: number, posting: number) => void): void {
    const { impacts, impactsFrom } = this;
    if (this.bitmap === null) {
      for (let i = 0; i < this.count; i++) visit(this.docs[this.docsFrom + i], impacts[impactsFrom + i], i);
      return;
    }
    const { words, wordsFrom } = this.bitmap;
    let posting = 0;
    for (let word = 0; posting < this.count; word++) {
      let rest = words[wordsFrom + word];
      while (rest !== 0) {
        const doc = (word << 5) + 31 - Math.clz32(rest & -rest);
        visit(doc, impacts[impactsFrom + posting], posting);
        posting++;
        rest &= rest - 1;
      }
    }
  }
}

/** Returns the index of a document's posting in a bitmap, or −1 if the bitmap does not have the document. */
export function bitmapRank(bitmap: PostingBitmap, doc: number): number {
  const { words, wordsFrom, ranks, ranksFrom } = bitmap;
  const word = doc >>> 5;
  const bits = words[wordsFrom + word];
  if (((bits >>> (doc & 31)) & 1) === 0) return -1;
  const group = Math.floor(word / WORDS_PER_RANK);
  let rank = ranks[ranksFrom + group] + popcount(bits & ~(-1 << (doc & 31)));
  for (let at = group * WORDS_PER_RANK; at < word; at++) rank += popcount(words[wordsFrom + at]);
  return rank;
}
