import { kthLargest } from '../../learn/select';
import { popcount, setBit, wordsFor } from './bitmap';
import { GrowableBytes, GrowableUint16, GrowableUint32 } from './growable';
import { BLOCK_SIZE, BITMAP_SHARE, SKIP_INTERVAL, WORDS_PER_RANK } from './posting-list';
import { blocksFor, type PostingArrays, ranksFor } from './posting-store';

/** Maximum share of a bitmap's postings whose impacts count as high. */
const HIGH_SHARE = 1 / 4;

/** Writes posting lists one after the other. */
export class PostingWriter {
  private readonly counts = new GrowableUint32(1024);
  private readonly docsAt = new GrowableUint32(1024);
  private readonly impactsAt = new GrowableUint32(1024);
  private readonly maxima = new GrowableUint16(1024);
  private readonly startsAt = new GrowableUint32(1024);
  private readonly docs = new GrowableUint32(1024);
  private readonly impacts = new GrowableUint16(1024);
  private readonly words: Uint32Array[] = [];
  private readonly ranks: Uint32Array[] = [];
  private readonly blockMaxima: Uint16Array[] = [];
  private readonly highs: Uint32Array[] = [];
  private readonly bars = new GrowableUint16(64);
  private readonly bytes = new GrowableBytes(4096);
  private readonly starts = new GrowableUint32(1024);
  private count = 0;
  private maximum = 0;

  /** @param hasOccurrences whether the lists have occurrences; without them no bitmap of high impacts is stored */
  constructor(
    private readonly documents: number,
    private readonly hasOccurrences: boolean,
  ) {}

  /** Appends a posting to the current list. Documents must be in ascending order; {@link endList} ends the list. */
  add(doc: number, impact: number): void {
    this.docs.push(doc);
    this.impacts.push(impact);
    this.count++;
    if (impact > this.maximum) this.maximum = impact;
  }

  /** Adds the occurrences of the posting that was added last: the bytes [from, to). */
  addOccurrences(bytes: Uint8Array, from: number, to: number): void {
    if ((this.count - 1) % SKIP_INTERVAL === 0) {
      if (this.count === 1) this.startsAt.push(this.starts.length);
      this.starts.push(this.bytes.length);
    }
    this.bytes.pushVarint(to - from);
    this.bytes.append(bytes, from, to);
  }

  /** Ends the current list. @returns whether the list has postings; an empty list is not written */
  endList(): boolean {
    const { count } = this;
    if (count === 0) return false;
    const from = this.docs.length - count;
    this.counts.push(count);
    this.impactsAt.push(this.impacts.length - count);
    this.maxima.push(this.maximum);
    if (isStoredAsBitmap(count, this.documents)) {
      this.docsAt.push(this.words.length);
      this.addBitmap(from);
      if (this.hasOccurrences) this.addHighImpacts(from);
      this.docs.length = from;
    } else this.docsAt.push(from);
    this.count = 0;
    this.maximum = 0;
    return true;
  }

  finish(): PostingArrays {
    return {
      counts: this.counts.finish(),
      docsAt: this.docsAt.finish(),
      impactsAt: this.impactsAt.finish(),
      maxima: this.maxima.finish(),
      startsAt: this.startsAt.finish(),
      docs: this.docs.finish(),
      impacts: this.impacts.finish(),
      words: concatenated(this.words, (length) => new Uint32Array(length)),
      ranks: concatenated(this.ranks, (length) => new Uint32Array(length)),
      blockMaxima: concatenated(this.blockMaxima, (length) => new Uint16Array(length)),
      highs: concatenated(this.highs, (length) => new Uint32Array(length)),
      bars: this.bars.finish(),
      bytes: this.bytes.finish(),
      starts: this.starts.finish(),
    };
  }

  /** Stores which documents have a high impact. This allows a far lower upper bound for the scores of the others. */
  private addHighImpacts(from: number): void {
    const impacts = this.impacts.values.subarray(this.impacts.length - this.count, this.impacts.length);
    const bar = kthLargest(Float64Array.from(impacts), this.count, Math.ceil(this.count * HIGH_SHARE));
    const words = new Uint32Array(wordsFor(this.documents));
    for (let i = 0; i < this.count; i++) if (impacts[i] > bar) setBit(words, this.docs.values[from + i]);
    this.highs.push(words);
    this.bars.push(bar);
  }

  private addBitmap(from: number): void {
    const words = new Uint32Array(wordsFor(this.documents));
    const maxima = new Uint16Array(blocksFor(this.documents));
    const impactsFrom = this.impacts.length - this.count;
    for (let i = 0; i < this.count; i++) {
      const doc = this.docs.values[from + i];
      words[doc >>> 5] |= 1 << (doc & 31);
      const block = Math.floor(doc / BLOCK_SIZE);
      maxima[block] = Math.max(maxima[block], this.impacts.values[impactsFrom + i]);
    }
    const ranks = new Uint32Array(ranksFor(this.documents));
    let rank = 0;
    for (let word = 0; word < words.length; word++) {
      if (word % WORDS_PER_RANK === 0) ranks[word / WORDS_PER_RANK] = rank;
      rank += popcount(words[word]);
    }
    this.words.push(words);
    this.ranks.push(ranks);
    this.blockMaxima.push(maxima);
  }
}

/**
 * Returns whether a list is stored as a bitmap. It must have more than 1 / {@link BITMAP_SHARE} of all documents. Lists
 * of up to 32 postings are fast without a bitmap.
 */
export const isStoredAsBitmap = (count: number, documents: number): boolean =>
  count > 32 && count * BITMAP_SHARE > documents;

function concatenated<A extends Uint32Array | Uint16Array>(parts: readonly A[], allocate: (length: number) => A): A {
  const whole = allocate(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
