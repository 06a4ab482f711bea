import type { Cooccurrence } from '../learn/cooccurrence';
import { grown } from '../learn/grown';
import { PackedRows } from '../learn/packed-rows';
import { ITEMS_PER_STEP, type ResumableTask } from '../learn/resumable-task';
import { kthLargest } from '../learn/select';

/** Number of nearest products per candidate (k). */
const NEIGHBOURS = 100;
const NONE = new Int32Array(0);
/** Offset of the pair's count in an entry of `NeighbourLists.candidates`. */
const COUNT = 1;
/** Number of rows that one step computes, in about a millisecond. */
const ROWS_PER_STEP = ITEMS_PER_STEP / 256;

/** Candidates with their similarities; only the first `length` elements of each array are valid. */
export interface CandidateSimilarities {
  readonly candidates: Int32Array;
  readonly similarities: Float64Array;
  readonly length: number;
}

/**
 * Finds, for a product i of a history, the candidates j that have i among their k nearest products. (Using the k
 * nearest products of i instead costs a fifth of the NDCG.)
 *
 * The set of found candidates may be outdated until `refresh` has processed the changed rows of the count matrix. Their
 * similarities are always current, because they are computed from the counts when they are read.
 *
 * Each candidate stores one threshold: the smallest similarity among its k nearest products. A product is one of them
 * if its similarity is at least the threshold, so no list is needed. Lists are stored only within the head (the
 * products whose pairs are all counted), because a row there has thousands of cells and few of them are neighbours.
 */
export class NeighbourLists {
  /** For each candidate: the smallest similarity among its k nearest products; ∞ if not computed yet. */
  private thresholds: Float64Array = new Float64Array(0);
  /** For each candidate of the head: those of its k nearest products that are in the head, by ascending index. */
  private readonly nearest = new PackedRows(1);
  /** For each product i of the head: the candidates of the head that have i in `nearest`, with their pair counts. */
  private readonly candidates = new PackedRows(2);
  /** For each product: the version of its row when its threshold was computed; −1 if it must be computed. */
  private computedAt: Float64Array = new Float64Array(0);
  /** For each product: the version of its row when the counts in `candidates` were read; −1 if they must be read. */
  private countedAt: Float64Array = new Float64Array(0);
  private readonly result: { -readonly [Key in keyof CandidateSimilarities]: CandidateSimilarities[Key] } = {
    candidates: NONE,
    similarities: new Float64Array(0),
    length: 0,
  };
  private cursor = 0;
  /** Whether every row has been computed at least once. */
  private isComplete = false;
  private keys = NONE;
  private counts = NONE;
  private similarities = new Float64Array(0);
  private scratch = new Float64Array(0);

  /** @param shrink damps similarities that are based on few counts: c_ij / (√(n_i n_j) + shrink) */
  constructor(
    private readonly matrix: Cooccurrence,
    private readonly shrink: number,
  ) {}

  similarity(i: number, j: number): number {
    return this.matrix.count(i, j) / (this.matrix.rootN(i) * this.matrix.rootN(j) + this.shrink);
  }

  /**
   * Marks all rows as outdated, including unchanged ones. When other products gain customers, the similarities of an
   * unchanged row fall, but its stored threshold does not.
   */
  expire(): void {
    this.computedAt.fill(-1);
  }

  /**
   * Returns the candidates that have i among their k nearest products, with current similarities. The next call
   * overwrites the result.
   */
  candidatesOf(i: number): CandidateSimilarities {
    if (!this.isComplete) this.refresh();
    this.reserve();
    const { matrix, shrink, result, keys, counts, similarities, thresholds } = this;
    result.candidates = keys;
    result.similarities = similarities;
    const root = matrix.rootN(i);
    const listedCount = matrix.readListedRow(i, keys, counts, 0);
    let length = 0;
    for (let at = 0; at < listedCount; at++) {
      const candidate = keys[at];
      const similarity = counts[at] / (root * matrix.rootN(candidate) + shrink);
      if (similarity < thresholds[candidate]) continue;
      keys[length] = candidate;
      similarities[length++] = similarity;
    }
    result.length = this.addHead(i, root, length);
    return result;
  }

  /** Appends the candidates of i that are in the head, after `length` others. @returns the new length of the result */
  private addHead(i: number, root: number, length: number): number {
    const { matrix, shrink, keys, similarities } = this;
    const size = this.candidates.length(i);
    if (size === 0) return length;
    if (this.countedAt[i] !== matrix.rowVersion(i)) this.readCounts(i);
    const { cells } = this.candidates;
    const end = this.candidates.start(i) + 2 * size;
    for (let at = this.candidates.start(i); at < end; at += 2) {
      const candidate = cells[at];
      keys[length] = candidate;
      similarities[length++] = cells[at + COUNT] / (root * matrix.rootN(candidate) + shrink);
    }
    return length;
  }

  /**
   * Updates the pair counts in `candidates` from row i of the matrix. This is done only after the row has changed,
   * because it is slow: the cells of a row are far apart in memory.
   */
  private readCounts(i: number): void {
    const { cells } = this.candidates;
    const length = this.candidates.length(i);
    const start = this.candidates.start(i);
    const columns = new Int32Array(length);
    const counts = new Int32Array(length);
    for (let place = 0; place < length; place++) columns[place] = cells[start + 2 * place];
    this.matrix.readCells(i, columns, length, counts);
    for (let place = 0; place < length; place++) cells[start + 2 * place + COUNT] = counts[place];
    this.countedAt[i] = this.matrix.rowVersion(i);
  }

  /** Calls `visit` with every product that has a pair count with i. */
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
   * Recomputes at most `budget` changed rows, in round-robin order. The first call recomputes all rows.
   * @returns number of recomputed rows
   */
  refresh(budget = Infinity): number {
    const items = this.matrix.items;
    this.reserve();
    const limit = this.isComplete ? budget : Infinity;
    this.isComplete = true;
    let done = 0;
    for (let step = 0; step < items && done < limit; step++) if (this.recomputeNext(items)) done++;
    return done;
  }

  /** Recomputes all rows that have changed, in steps. */
  *refreshInSteps(): ResumableTask<void> {
    this.reserve();
    const items = this.matrix.items;
    let done = 0;
    for (let step = 0; step < items; step++) {
      if (this.recomputeNext(items) && ++done % ROWS_PER_STEP === 0) yield;
    }
    this.isComplete = true;
  }

  private recomputeNext(items: number): boolean {
    this.cursor = (this.cursor + 1) % items;
    if (this.computedAt[this.cursor] === this.matrix.rowVersion(this.cursor)) return false;
    this.recompute(this.cursor);
    return true;
  }

  private recompute(j: number): void {
    const { matrix } = this;
    const headCount = matrix.readHeadRow(j, this.keys, this.counts);
    const size = matrix.readListedRow(j, this.keys, this.counts, headCount);
    const root = matrix.rootN(j);
    for (let at = 0; at < size; at++) {
      this.similarities[at] = this.counts[at] / (root * matrix.rootN(this.keys[at]) + this.shrink);
    }
    this.scratch.set(this.similarities.subarray(0, size));
    const threshold = kthLargest(this.scratch, size, NEIGHBOURS);
    this.thresholds[j] = threshold;
    this.computedAt[j] = matrix.rowVersion(j);
    const neighbours = this.keys
      .subarray(0, headCount)
      .filter((_, at) => this.similarities[at] >= threshold)
      .sort();
    if (neighbours.length > 0 || this.nearest.length(j) > 0) this.relink(j, neighbours);
  }

  /** Replaces the `nearest` list of j and updates `candidates`. */
  private relink(j: number, neighbours: Int32Array): void {
    const from = this.nearest.start(j);
    const previousNeighbours = this.nearest.cells.slice(from, from + this.nearest.length(j));
    // Both lists ascend, so a merge finds the added and the removed products.
    for (let a = 0, b = 0; a < neighbours.length || b < previousNeighbours.length;) {
      if (b === previousNeighbours.length || neighbours[a] < previousNeighbours[b]) this.link(neighbours[a++], j);
      else if (a === neighbours.length || previousNeighbours[b] < neighbours[a])
        this.unlink(previousNeighbours[b++], j);
      else {
        a++;
        b++;
      }
    }
    this.nearest.replace(j, neighbours);
  }

  private link(i: number, candidate: number): void {
    this.candidates.append(i, candidate);
    this.countedAt[i] = -1;
  }

  private unlink(i: number, candidate: number): void {
    this.candidates.remove(i, this.candidates.find(i, candidate));
    this.countedAt[i] = -1;
  }

  private reserve(): void {
    const { items } = this.matrix;
    if (items <= this.keys.length) return;
    const capacity = Math.max(64, Math.ceil(items * 1.5));
    this.keys = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
    this.similarities = new Float64Array(capacity);
    this.scratch = new Float64Array(capacity);
    this.thresholds = grown(this.thresholds, capacity, Infinity);
    this.computedAt = grown(this.computedAt, capacity, -1);
    this.countedAt = grown(this.countedAt, capacity, -1);
  }
}
