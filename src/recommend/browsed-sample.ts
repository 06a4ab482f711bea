import type { PackedRows } from '../learn/packed-rows';
import { compareIds } from './history';

/** Flag bit of a (subject, product) entry: its interest has been counted as popularity. */
export const COUNTED = 1;
/** Flag bit of an entry: an order event of the subject names the product. */
export const ORDERED = 2;
/** Flag bit of an entry: it is in the sample of the products that the subject has browsed. */
export const SAMPLED = 4;

/** Returns the ids of subjects and products by index. */
export interface EntryIds {
  subjectId(subject: number): string;
  productId(product: number): string;
}

/**
 * Limits how many browsed products of a subject (products with events that it never ordered) form pairs: only the
 * `limit` products with the smallest hash of subject id and product id (bottom-k sampling: Cohen & Kaplan 2007). This
 * bounds the cost of an event for subjects that open many pages. The sample depends on the set of events and not on
 * their order.
 */
export class BrowsedSample {
  constructor(
    private readonly rows: PackedRows,
    private readonly flags: number,
    private readonly limit: number,
    private readonly names: EntryIds,
  ) {}

  /** Returns whether the entry forms pairs. */
  includes(at: number): boolean {
    return (this.rows.cells[at + this.flags] & (ORDERED | SAMPLED)) !== 0;
  }

  /**
   * Offers a new entry to the sample.
   * @param beforeLeaving called with the entry that the new one displaces, if any, before that entry is removed
   */
  offer(subject: number, entered: number, beforeLeaving: (at: number) => void): void {
    const { cells } = this.rows;
    if (this.rows.length(subject) > this.limit) {
      const sampled = this.browsed(subject, SAMPLED);
      if (sampled.length >= this.limit) {
        const last = this.entryByHash(subject, [...sampled, entered], 1);
        if (last === entered) return;
        beforeLeaving(last);
        cells[last + this.flags] &= ~SAMPLED;
      }
    }
    cells[entered + this.flags] |= SAMPLED;
  }

  /**
   * Marks an entry as ordered and removes it from the sample: an ordered entry always forms pairs.
   * @returns the entry that takes its place in the sample; −1 if there is none
   */
  markOrdered(subject: number, ordered: number): number {
    const { cells } = this.rows;
    const wasSampled = (cells[ordered + this.flags] & SAMPLED) !== 0;
    cells[ordered + this.flags] = (cells[ordered + this.flags] & ~SAMPLED) | ORDERED;
    if (!wasSampled || this.rows.length(subject) <= this.limit) return -1;
    const waiting = this.browsed(subject, 0);
    if (waiting.length === 0) return -1;
    const first = this.entryByHash(subject, waiting, -1);
    cells[first + this.flags] |= SAMPLED;
    return first;
  }

  /**
   * Reduces the sample to its limit.
   * @param beforeLeaving called with each entry before it is removed
   * @returns number of removed entries
   */
  trim(subject: number, beforeLeaving: (at: number) => void): number {
    const sampled = new Set(this.browsed(subject, SAMPLED));
    const left = Math.max(0, sampled.size - this.limit);
    for (let n = 0; n < left; n++) {
      const last = this.entryByHash(subject, [...sampled], 1);
      sampled.delete(last);
      beforeLeaving(last);
      this.rows.cells[last + this.flags] &= ~SAMPLED;
    }
    return left;
  }

  /** Returns the subject's entries that were not ordered and are in the sample (`SAMPLED`) or not in the sample (0). */
  private browsed(subject: number, sampled: typeof SAMPLED | 0): number[] {
    const { rows } = this;
    const entries: number[] = [];
    const end = rows.start(subject) + rows.length(subject) * rows.width;
    for (let at = rows.start(subject); at < end; at += rows.width) {
      if ((rows.cells[at + this.flags] & (ORDERED | SAMPLED)) === sampled) entries.push(at);
    }
    return entries;
  }

  /** Returns the entry with the largest (sign 1) or smallest (sign −1) hash. */
  private entryByHash(subject: number, entries: readonly number[], sign: 1 | -1): number {
    const subjectId = this.names.subjectId(subject);
    let best = -1;
    let bestId = '';
    let bestHash = 0;
    for (const at of entries) {
      const id = this.names.productId(this.rows.cells[at]);
      const hash = sampleHash(subjectId, id);
      if (best >= 0 && sign * (hash - bestHash || compareIds(id, bestId)) < 0) continue;
      [best, bestId, bestHash] = [at, id, hash];
    }
    return best;
  }
}

/**
 * Returns a 32-bit hash: FNV-1a over both ids, then MurmurHash3's finalizer, because FNV alone mixes the last bytes
 * poorly.
 */
export function sampleHash(subjectId: string, productId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subjectId.length; at++) hash = Math.imul(hash ^ subjectId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ 10, 0x01000193);
  for (let at = 0; at < productId.length; at++) hash = Math.imul(hash ^ productId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
