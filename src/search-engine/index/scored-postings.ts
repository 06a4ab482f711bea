import { hasBit } from './bitmap';
import { type PostingBitmap, type PostingList, bitmapRank } from './posting-list';

/** The postings of a clause in a segment, with the values that they add to scores, in units of 1 / SCORE_UNIT. */
export type ScoredPostings = SortedPostings | BitmapPostings | MergedPostings;

interface Scored {
  /** Moves the cursor of `probe` back to the first document. */
  rewind(): void;
  /** Number of documents, deleted ones included. */
  readonly count: number;
  /** Largest value that the postings add to any document. */
  readonly maximum: number;
}

/** One posting list that is stored as sorted document numbers. */
export class SortedPostings implements Scored {
  readonly kind = 'sorted';
  readonly count: number;
  readonly maximum: number;
  readonly docs: Uint32Array;
  /** Index in `docs` where the list ends. */
  readonly end: number;
  readonly impacts: Uint16Array;
  /** A posting's index in `impacts` minus its index in `docs`. */
  readonly impactShift: number;
  /** Cursor: index in `docs` where the search for the next document begins. It only moves forward. */
  cursor: number;

  constructor(
    readonly list: PostingList,
    readonly scale: number,
  ) {
    this.count = list.count;
    this.maximum = list.maximum * scale;
    this.docs = list.docs;
    this.cursor = list.docsFrom;
    this.end = list.docsFrom + list.count;
    this.impacts = list.impacts;
    this.impactShift = list.impactsFrom - list.docsFrom;
  }

  /** Moves the cursor to the first document not below `doc`, by galloping search (Bentley & Yao 1976). */
  seek(doc: number): void {
    const { docs, end } = this;
    let { cursor } = this;
    if (cursor >= end || docs[cursor] >= doc) return;
    let step = 1;
    while (cursor + step < end && docs[cursor + step] < doc) {
      cursor += step;
      step *= 2;
    }
    let high = Math.min(end, cursor + step);
    cursor++;
    while (cursor < high) {
      const middle = (cursor + high) >>> 1;
      if (docs[middle] < doc) cursor = middle + 1;
      else high = middle;
    }
    this.cursor = cursor;
  }

  /**
   * Returns the value that the postings add to a document; 0 if it is not in the list. Calls must be in ascending order
   * of documents.
   */
  probe(doc: number): number {
    this.seek(doc);
    return this.cursor < this.end && this.docs[this.cursor] === doc
      ? this.impacts[this.cursor + this.impactShift] * this.scale
      : 0;
  }

  rewind(): void {
    this.cursor = this.list.docsFrom;
  }

  /** Returns the same as {@link probe}, for documents in any order. */
  valueOf(doc: number): number {
    const posting = this.list.find(doc);
    return posting < 0 ? 0 : this.impacts[this.list.impactsFrom + posting] * this.scale;
  }
}

/** One posting list that is stored as a bitmap. */
export class BitmapPostings implements Scored {
  readonly kind = 'bitmap';
  readonly count: number;
  readonly maximum: number;
  readonly bitmap: PostingBitmap;
  readonly impacts: Uint16Array;
  readonly impactsFrom: number;

  constructor(
    readonly list: PostingList,
    readonly scale: number,
  ) {
    this.count = list.count;
    this.maximum = list.maximum * scale;
    this.bitmap = list.bitmap as PostingBitmap;
    this.impacts = list.impacts;
    this.impactsFrom = list.impactsFrom;
  }

  probe(doc: number): number {
    const rank = bitmapRank(this.bitmap, doc);
    return rank < 0 ? 0 : this.impacts[this.impactsFrom + rank] * this.scale;
  }

  rewind(): void {}

  valueOf(doc: number): number {
    return this.probe(doc);
  }
}

/** The union of several posting lists. The value of a document is the largest of its values in these lists. */
export class MergedPostings implements Scored {
  readonly kind = 'merged';
  maximum = 0;
  count = 0;

  /**
   * @param bits bitmap of the documents; initially empty
   * @param values by document; undefined content where the bit is not set
   */
  constructor(
    readonly bits: Uint32Array,
    readonly values: Uint32Array,
  ) {}

  add(list: PostingList, scale: number): void {
    this.maximum = Math.max(this.maximum, list.maximum * scale);
    const { impacts } = list;
    if (list.bitmap === null) {
      const { docs } = list;
      const shift = list.impactsFrom - list.docsFrom;
      for (let at = list.docsFrom; at < list.docsFrom + list.count; at++)
        this.offer(docs[at], impacts[at + shift] * scale);
      return;
    }
    const { words, wordsFrom } = list.bitmap;
    const end = list.impactsFrom + list.count;
    for (let word = 0, at = list.impactsFrom; at < end; word++)
      for (let rest = words[wordsFrom + word]; rest !== 0; rest &= rest - 1)
        this.offer((word << 5) + 31 - Math.clz32(rest & -rest), impacts[at++] * scale);
  }

  private offer(doc: number, value: number): void {
    const { bits, values } = this;
    const word = doc >>> 5;
    const bit = 1 << (doc & 31);
    if ((bits[word] & bit) === 0) {
      bits[word] |= bit;
      values[doc] = value;
      this.count++;
    } else if (value > values[doc]) values[doc] = value;
  }

  probe(doc: number): number {
    return hasBit(this.bits, doc) ? this.values[doc] : 0;
  }

  rewind(): void {}

  valueOf(doc: number): number {
    return this.probe(doc);
  }
}
