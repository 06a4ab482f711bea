import type { PackedRows } from '../learn/packed-rows';
import { compareIds } from './history';

/** Bits of an entry's flags. The interest of the entry has been counted as popularity. */
export const COUNTED = 1;
/** An order event of the subject names the product. */
export const ORDERED = 2;
/** The entry is in the sample of what the subject has browsed. */
export const SAMPLED = 4;

/** The names of a subject's entries. */
export interface EntryNames {
  subjectId(subject: number): string;
  productId(product: number): string;
}

/**
 * Of the products that a subject has touched and never ordered, at most `limit` take part in its pairs: those whose hash
 * with the subject's id is smallest (bottom-k sampling: Cohen & Kaplan 2007). So a pair costs what it costs however many
 * pages a subject opens, and which products take part depends on the set of events and not on their order.
 */
export class BrowsedSample {
  constructor(
    private readonly rows: PackedRows,
    private readonly flags: number,
    private readonly limit: number,
    private readonly names: EntryNames,
  ) {}

  /** Whether the entry takes part in pairs. */
  includes(at: number): boolean {
    return (this.rows.cells[at + this.flags] & (ORDERED | SAMPLED)) !== 0;
  }

  /**
   * Offers a new entry to the sample.
   * @param beforeLeaving called with the entry that leaves the sample for it, if any, while it is still included
   */
  enter(subject: number, entered: number, beforeLeaving: (at: number) => void): void {
    const { cells } = this.rows;
    if (this.rows.length(subject) > this.limit) {
      const sampled = this.browsed(subject, SAMPLED);
      if (sampled.length >= this.limit) {
        const last = this.extreme(subject, [...sampled, entered], 1);
        if (last === entered) return;
        beforeLeaving(last);
        cells[last + this.flags] &= ~SAMPLED;
      }
    }
    cells[entered + this.flags] |= SAMPLED;
  }

  /**
   * Takes an entry out of the sample because it was ordered: it is included without it.
   * @returns the entry that takes its place; −1 where there is none
   */
  order(subject: number, ordered: number): number {
    const { cells } = this.rows;
    const wasSampled = (cells[ordered + this.flags] & SAMPLED) !== 0;
    cells[ordered + this.flags] = (cells[ordered + this.flags] & ~SAMPLED) | ORDERED;
    if (!wasSampled || this.rows.length(subject) <= this.limit) return -1;
    const waiting = this.browsed(subject, 0);
    if (waiting.length === 0) return -1;
    const first = this.extreme(subject, waiting, -1);
    cells[first + this.flags] |= SAMPLED;
    return first;
  }

  /**
   * Reduces the sample to its limit.
   * @param beforeLeaving called with each entry that leaves, while it is still included
   * @returns how many leave
   */
  trim(subject: number, beforeLeaving: (at: number) => void): number {
    const sampled = new Set(this.browsed(subject, SAMPLED));
    const left = Math.max(0, sampled.size - this.limit);
    for (let n = 0; n < left; n++) {
      const last = this.extreme(subject, [...sampled], 1);
      sampled.delete(last);
      beforeLeaving(last);
      this.rows.cells[last + this.flags] &= ~SAMPLED;
    }
    return left;
  }

  /** Entries that were not ordered, those in the sample (`SAMPLED`) or the others (0). */
  private browsed(subject: number, sampled: typeof SAMPLED | 0): number[] {
    const { rows } = this;
    const entries: number[] = [];
    const end = rows.start(subject) + rows.length(subject) * rows.width;
    for (let at = rows.start(subject); at < end; at += rows.width) {
      if ((rows.cells[at + this.flags] & (ORDERED | SAMPLED)) === sampled) entries.push(at);
    }
    return entries;
  }

  /** The entry with the largest (sign 1) or smallest (−1) hash. */
  private extreme(subject: number, entries: readonly number[], sign: 1 | -1): number {
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

/** 32 bits: FNV-1a over both ids, and MurmurHash3's finalizer, because FNV alone barely mixes the last characters. */
export function sampleHash(subjectId: string, productId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subjectId.length; at++) hash = Math.imul(hash ^ subjectId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ 10, 0x01000193);
  for (let at = 0; at < productId.length; at++) hash = Math.imul(hash ^ productId.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
