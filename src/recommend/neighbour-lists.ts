import type { Cooccurrence } from '../learn/cooccurrence';
import { kthLargest } from '../learn/select';

/** Neighbours kept per candidate. */
const NEIGHBOURS = 100;
const NONE = new Int32Array(0);

/** The first `length` of each. */
export interface SpokenFor {
  readonly candidates: Int32Array;
  readonly similarities: Float64Array;
  readonly length: number;
}

/**
 * For each candidate product j its k nearest products i, kept the other way round: for each product i of a history, the
 * candidates it speaks for. (Keeping the k nearest of each i instead costs a fifth of the NDCG.)
 *
 * Who is a neighbour may lag behind the counts until `refresh` has come round; how near it is never does, because
 * similarities are computed from the counts when they are read.
 */
export class NeighbourLists {
  /** By candidate j: its nearest, and the row version they were computed from. */
  private readonly nearest: Int32Array[] = [];
  private readonly versions: number[] = [];
  /** By history product i: the candidates that have it among their nearest, first `lengths[i]` of the array. */
  private readonly candidates: Int32Array[] = [];
  private readonly lengths: number[] = [];
  /** Their counts beside i, and the row version that those are of; −1: none yet. */
  private readonly candidateCounts: Int32Array[] = [];
  private readonly countedAt: number[] = [];
  private readonly said: { -readonly [Key in keyof SpokenFor]: SpokenFor[Key] } = {
    candidates: NONE,
    similarities: new Float64Array(0),
    length: 0,
  };
  private cursor = 0;
  /** Every row has been computed at least once. */
  private complete = false;
  private keys = NONE;
  private counts = NONE;
  private similarities = new Float64Array(0);
  private scratch = new Float64Array(0);

  /** @param shrink damps similarities that rest on little: c_ij / (√(n_i n_j) + shrink) */
  constructor(
    private readonly matrix: Cooccurrence,
    private readonly shrink: number,
  ) {}

  similarity(i: number, j: number): number {
    return this.matrix.count(i, j) / (this.matrix.rootN(i) * this.matrix.rootN(j) + this.shrink);
  }

  /** Every candidate that product i speaks for, and its similarity as of now; valid until the next call. */
  spokenFor(i: number): SpokenFor {
    if (!this.complete) this.refresh();
    const { matrix, shrink, said } = this;
    said.length = this.lengths[i] ?? 0;
    if (said.length === 0) return said;
    const candidates = (said.candidates = this.candidates[i]);
    this.reserve();
    const { similarities } = this;
    const counts = this.countsOf(i);
    const root = matrix.rootN(i);
    for (let at = 0; at < said.length; at++) {
      similarities[at] = counts[at] / (root * matrix.rootN(candidates[at]) + shrink);
    }
    said.similarities = similarities;
    return said;
  }

  /** Read from the row again only after it has changed: its cells are wide apart. */
  private countsOf(i: number): Int32Array {
    const version = this.matrix.rowVersion(i);
    if (this.countedAt[i] !== version) {
      const candidates = this.candidates[i];
      if (this.candidateCounts[i].length < candidates.length) {
        this.candidateCounts[i] = new Int32Array(candidates.length);
      }
      this.matrix.readCells(i, candidates, this.lengths[i], this.candidateCounts[i]);
      this.countedAt[i] = version;
    }
    return this.candidateCounts[i];
  }

  /** Calls back with every product that ever came together with i: one whole row, without truncation. */
  forEachNeighbour(i: number, visit: (neighbour: number, similarity: number) => void): void {
    const { matrix, shrink } = this;
    this.reserve();
    const size = matrix.readRow(i, this.keys, this.counts);
    const root = matrix.rootN(i);
    for (let at = 0; at < size; at++) {
      const j = this.keys[at];
      visit(j, this.counts[at] / (root * matrix.rootN(j) + shrink));
    }
  }

  /**
   * Recomputes at most `budget` rows that have changed, going round all of them. The first time it does them all; the
   * first use sees to that too.
   * @returns how many it recomputed
   */
  refresh(budget = Infinity): number {
    const items = this.matrix.items;
    while (this.nearest.length < items) {
      this.nearest.push(NONE);
      this.versions.push(-1);
      this.candidates.push(NONE);
      this.lengths.push(0);
      this.candidateCounts.push(NONE);
      this.countedAt.push(-1);
    }
    const limit = this.complete ? budget : Infinity;
    this.complete = true;
    let done = 0;
    for (let step = 0; step < items && done < limit; step++) {
      this.cursor = (this.cursor + 1) % items;
      if (this.versions[this.cursor] === this.matrix.rowVersion(this.cursor)) continue;
      this.recompute(this.cursor);
      done++;
    }
    return done;
  }

  private recompute(j: number): void {
    const { matrix } = this;
    this.reserve();
    const size = matrix.readRow(j, this.keys, this.counts);
    const root = matrix.rootN(j);
    for (let at = 0; at < size; at++) {
      this.similarities[at] = this.counts[at] / (root * matrix.rootN(this.keys[at]) + this.shrink);
    }
    this.scratch.set(this.similarities.subarray(0, size));
    const threshold = kthLargest(this.scratch, size, NEIGHBOURS);
    const now = this.keys
      .subarray(0, size)
      .filter((_, at) => this.similarities[at] >= threshold)
      .sort();
    const before = this.nearest[j];
    // Both ascending: a merge tells who has come and who has gone.
    for (let a = 0, b = 0; a < now.length || b < before.length;) {
      if (b === before.length || now[a] < before[b]) this.link(now[a++], j);
      else if (a === now.length || before[b] < now[a]) this.unlink(before[b++], j);
      else {
        a++;
        b++;
      }
    }
    this.nearest[j] = now;
    this.versions[j] = matrix.rowVersion(j);
  }

  private link(i: number, candidate: number): void {
    const length = this.lengths[i];
    if (length === this.candidates[i].length) {
      const grown = new Int32Array(Math.max(16, length * 2));
      grown.set(this.candidates[i]);
      this.candidates[i] = grown;
    }
    this.candidates[i][length] = candidate;
    this.lengths[i] = length + 1;
    this.countedAt[i] = -1;
  }

  private unlink(i: number, candidate: number): void {
    const at = this.candidates[i].indexOf(candidate);
    this.candidates[i][at] = this.candidates[i][--this.lengths[i]];
    this.countedAt[i] = -1;
  }

  private reserve(): void {
    if (this.matrix.items <= this.keys.length) return;
    const capacity = this.matrix.items * 2;
    this.keys = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
    this.similarities = new Float64Array(capacity);
    this.scratch = new Float64Array(capacity);
  }
}
