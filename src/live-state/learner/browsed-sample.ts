import type { PackedRows } from '../../learn/packed-rows';
import { compareIds } from '../history';

/**
 * Flag bit of the entry of a subject (customer or visit) and a product: the subject's interest has been added to the
 * product's popularity.
 */
export const COUNTED = 1;
/** Flag bit of an entry: an order event of the subject names the product. */
export const ORDERED = 2;
/** Flag bit of an entry: it is in the sample of the products that the subject has browsed. */
export const SAMPLED = 4;

/** Finds the ids of subjects and products by index. */
export interface EntryIds {
  subjectId(subject: number): string;
  productId(product: number): string;
}

/**
 * Limits how many browsed products of a subject (a customer or an anonymous visit) form pairs, that is, are counted
 * together with the subject's other products. A browsed product is one that the subject has events for but never
 * ordered. The sample contains the `limit` browsed products with the smallest hashes of subject id and product id
 * (bottom-k sampling: Cohen & Kaplan 2007). This bounds the cost of an event for subjects that open many pages. The
 * sample depends on the set of events and not on their sequence.
 *
 * An entry (a subject's record of one product) is given as its offset in `rows.cells`.
 */
export class BrowsedSample {
  constructor(
    private readonly rows: PackedRows,
    private readonly flagsOffset: number,
    private readonly limit: number,
    private readonly ids: EntryIds,
  ) {}

  /** Returns whether the entry forms pairs. */
  includes(at: number): boolean {
    return (this.rows.cells[at + this.flagsOffset] & (ORDERED | SAMPLED)) !== 0;
  }

  /**
   * Offers a new entry to the sample.
   * @param beforeLeaving called with the entry that the new one displaces, if any, before that entry is removed
   */
  offer(subject: number, newEntry: number, beforeLeaving: (at: number) => void): void {
    const { cells } = this.rows;
    if (this.rows.length(subject) > this.limit) {
      const sampled = this.browsedEntries(subject, SAMPLED);
      if (sampled.length >= this.limit) {
        const last = this.entryByHash(subject, [...sampled, newEntry], 1);
        if (last === newEntry) return;
        beforeLeaving(last);
        cells[last + this.flagsOffset] &= ~SAMPLED;
      }
    }
    cells[newEntry + this.flagsOffset] |= SAMPLED;
  }

  /**
   * Marks an entry as ordered and removes it from the sample: an ordered entry always forms pairs.
   * @returns the entry that takes its place in the sample; −1 if there is none
   */
  markOrdered(subject: number, entry: number): number {
    const { cells } = this.rows;
    const wasSampled = (cells[entry + this.flagsOffset] & SAMPLED) !== 0;
    cells[entry + this.flagsOffset] = (cells[entry + this.flagsOffset] & ~SAMPLED) | ORDERED;
    if (!wasSampled || this.rows.length(subject) <= this.limit) return -1;
    const unsampled = this.browsedEntries(subject, 0);
    if (unsampled.length === 0) return -1;
    const first = this.entryByHash(subject, unsampled, -1);
    cells[first + this.flagsOffset] |= SAMPLED;
    return first;
  }

  /** Returns the entries of products that the subject never ordered: in the sample (`SAMPLED`) or outside it (0). */
  private browsedEntries(subject: number, flag: typeof SAMPLED | 0): number[] {
    const { rows } = this;
    const entries: number[] = [];
    const end = rows.start(subject) + rows.length(subject) * rows.width;
    for (let at = rows.start(subject); at < end; at += rows.width) {
      if ((rows.cells[at + this.flagsOffset] & (ORDERED | SAMPLED)) === flag) entries.push(at);
    }
    return entries;
  }

  /** Returns the entry with the largest (sign 1) or smallest (sign −1) hash. */
  private entryByHash(subject: number, entries: readonly number[], sign: 1 | -1): number {
    const subjectId = this.ids.subjectId(subject);
    let bestEntry = -1;
    let bestId = '';
    let bestHash = 0;
    for (const at of entries) {
      const id = this.ids.productId(this.rows.cells[at]);
      const hash = sampleHash(subjectId, id);
      if (bestEntry >= 0 && sign * (hash - bestHash || compareIds(id, bestId)) < 0) continue;
      [bestEntry, bestId, bestHash] = [at, id, hash];
    }
    return bestEntry;
  }
}

/**
 * Returns a 32-bit hash: FNV-1a over both ids, then MurmurHash3's finalizer, because FNV alone mixes the last bytes
 * poorly.
 */
export function sampleHash(subjectId: string, productId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subjectId.length; at++) hash = Math.imul(hash ^ subjectId.charCodeAt(at), 0x01000193);
  // 10 is a line feed between the two ids.
  hash = Math.imul(hash ^ 10, 0x01000193);
  for (let at = 0; at < productId.length; at++) hash = Math.imul(hash ^ productId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
