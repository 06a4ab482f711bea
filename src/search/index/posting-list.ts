import { hasBit, popcount } from './bitmap';
import { type OccurrenceCursor, OccurrenceRun } from './occurrences';

/** Documents of one block, for which a heavy list knows its largest impact. */
export const BLOCK = 2048;
export const BLOCK_WORDS = BLOCK / 32;

/** A heavy list's rank is stored every so many words. */
export const RANK_WORDS = 8;

/** Occurrences are found by hopping from the last of every so many postings. */
export const HOP = 64;

/** A list is heavy when it has more than one in so many documents: then bits are smaller than numbers. */
export const HEAVY_SHARE = 32;

/** Bits of a heavy list, with what makes an index of a document: ranks, and the largest impact of each block. */
export interface HeavyPart {
  readonly words: Uint32Array;
  readonly wordsFrom: number;
  readonly ranks: Uint32Array;
  readonly ranksFrom: number;
  readonly blockMaxima: Uint16Array;
  readonly blocksFrom: number;
  /** Documents with an impact above `bar`; read from `wordsFrom` on, where there are any. */
  readonly highs: Uint32Array;
  readonly bar: number;
  /** The how-many-th of the segment's heavy lists of terms; −1 where it is none. */
  readonly place: number;
}

/** Where a list's occurrences are: one byte length and so many bytes for each posting, a start for every {@link HOP}. */
export interface OccurrencePart {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly startsFrom: number;
}

/** The documents that have a term, in ascending order, with the impact of each: a view into a segment's arrays. */
export class PostingList {
  /**
   * @param number of the list in its segment; −1 for one that was made for a query
   * @param docs read from `docsFrom` on; of no use where the list is heavy
   * @param impacts read from `impactsFrom` on, in the order of the documents
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
    readonly heavy: HeavyPart | null,
    readonly occurrences: OccurrencePart | null,
  ) {}

  /** Which posting is the document's, or −1. */
  find(doc: number): number {
    if (this.heavy !== null) return rankOf(this.heavy, doc);
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

  /** Opens the occurrences of one posting. A list without occurrences has nothing to open. */
  openOccurrences(posting: number, cursor: OccurrenceCursor): void {
    const run = this.occurrenceRun(Math.floor(posting / HOP));
    for (let left = posting % HOP; left >= 0; left--) run.next();
    cursor.open(run.bytes, run.from, run.to);
  }

  /** From the first posting of the how-many-th {@link HOP} on. */
  occurrenceRun(hop: number): OccurrenceRun {
    const { bytes, starts, startsFrom } = this.occurrences as OccurrencePart;
    return new OccurrenceRun(bytes, starts[startsFrom + hop]);
  }

  /** Sets the bit of each document. */
  mark(bits: Uint32Array, words: number): void {
    if (this.heavy !== null) {
      const { words: own, wordsFrom } = this.heavy;
      for (let word = 0; word < words; word++) bits[word] |= own[wordsFrom + word];
      return;
    }
    const { docs, docsFrom } = this;
    for (let at = docsFrom; at < docsFrom + this.count; at++) bits[docs[at] >>> 5] |= 1 << (docs[at] & 31);
  }

  /** How many of the documents are among these. */
  countCommon(bits: Uint32Array, words: number): number {
    let common = 0;
    if (this.heavy !== null) {
      const { words: own, wordsFrom } = this.heavy;
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

  /** Calls for every posting, in order. */
  forEach(visit: (doc: number, impact: number, posting: number) => void): void {
    const { impacts, impactsFrom } = this;
    if (this.heavy === null) {
      for (let i = 0; i < this.count; i++) visit(this.docs[this.docsFrom + i], impacts[impactsFrom + i], i);
      return;
    }
    const { words, wordsFrom } = this.heavy;
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

/** Which posting of a heavy list is the document's, or −1. */
export function rankOf(heavy: HeavyPart, doc: number): number {
  const { words, wordsFrom, ranks, ranksFrom } = heavy;
  const word = doc >>> 5;
  const bits = words[wordsFrom + word];
  if (((bits >>> (doc & 31)) & 1) === 0) return -1;
  const group = Math.floor(word / RANK_WORDS);
  let rank = ranks[ranksFrom + group] + popcount(bits & ~(-1 << (doc & 31)));
  for (let at = group * RANK_WORDS; at < word; at++) rank += popcount(words[wordsFrom + at]);
  return rank;
}
