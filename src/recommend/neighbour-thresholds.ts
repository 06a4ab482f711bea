import type { Cooccurrence } from '../learn/cooccurrence';
import { kthLargest } from '../learn/select';

/** Neighbours kept per candidate. */
const NEIGHBOURS = 100;
/** Damps similarities that rest on few subjects. */
const SHRINK = 10;

/** Shrunk cosine c_ij / (√(n_i n_j) + shrink). */
export function similarity(count: number, rootI: number, rootJ: number): number {
  return count / (rootI * rootJ + SHRINK);
}

/**
 * For each candidate product j the similarity of its k-th nearest neighbour, τ_j: an item j is scored only by those of
 * a history's items i that are among its k nearest, s_ij ≥ τ_j. (Keeping the k nearest of each i instead costs a fifth
 * of the NDCG.) Derived from counts, so it may lag behind them: `refresh` brings a bounded number of rows up to date.
 */
export class NeighbourThresholds {
  private thresholds = new Float64Array(0);
  /** Row version the threshold was computed from, plus one; 0: never. */
  private computed = new Float64Array(0);
  private cursor = 0;
  private keys = new Int32Array(0);
  private counts = new Int32Array(0);
  private similarities = new Float64Array(0);

  constructor(private readonly matrix: Cooccurrence) {}

  /** τ_j; computed on first use, then as of the last refresh. */
  threshold(item: number): number {
    if (item >= this.thresholds.length || this.computed[item] === 0) this.compute(item);
    return this.thresholds[item];
  }

  /**
   * Recomputes at most `budget` out-of-date rows, going round all of them; call it at least every few seconds.
   * @returns how many it recomputed
   */
  refresh(budget = Infinity): number {
    const items = this.matrix.items;
    let done = 0;
    for (let step = 0; step < items && done < budget; step++) {
      this.cursor = (this.cursor + 1) % items;
      if (this.cursor < this.computed.length && this.computed[this.cursor] === this.matrix.rowVersion(this.cursor) + 1) {
        continue;
      }
      this.compute(this.cursor);
      done++;
    }
    return done;
  }

  private compute(item: number): void {
    const items = this.matrix.items;
    if (item >= this.thresholds.length) this.grow(items);
    if (items > this.keys.length) {
      this.keys = new Int32Array(items * 2);
      this.counts = new Int32Array(items * 2);
      this.similarities = new Float64Array(items * 2);
    }
    const size = this.matrix.readRow(item, this.keys, this.counts);
    const root = this.matrix.rootN(item);
    for (let at = 0; at < size; at++) {
      this.similarities[at] = similarity(this.counts[at], this.matrix.rootN(this.keys[at]), root);
    }
    this.thresholds[item] = kthLargest(this.similarities, size, NEIGHBOURS);
    this.computed[item] = this.matrix.rowVersion(item) + 1;
  }

  private grow(items: number): void {
    const thresholds = new Float64Array(items * 2);
    thresholds.set(this.thresholds);
    this.thresholds = thresholds;
    const computed = new Float64Array(items * 2);
    computed.set(this.computed);
    this.computed = computed;
  }
}
