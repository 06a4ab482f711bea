import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { CellLog } from './cell-log';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from './resumable-task';
import { SparseRows } from './sparse-rows';

/** Cells noted in all before they are written (16 MiB), and bounds on how many of one row. */
const WAITING_CELLS = 1 << 22;
const FEWEST_WAITING = 16;
const MOST_WAITING = 1024;

/**
 * Symmetric item–item co-occurrence as exact integers: `n(i)` sets contain item i, `count(i, j)` contain both.
 * Similarities are computed from the counts when they are read, so nothing stored goes stale when an `n` moves.
 *
 * Each pair is kept in both rows, so that a row can be read in one pass. What changed is logged for deltas.
 */
export class Cooccurrence {
  private totals = new Int32Array(64);
  private roots = new Float64Array(64);
  private versions = new Uint32Array(64);
  private readonly rows = new SparseRows();
  /** By row, the columns whose count is to go up, or (as ~column) down: see {@link bumpPairs}. */
  private waiting = new Int32Array(0);
  private waitingCounts = new Int32Array(0);
  private waitingPerRow = 0;
  private readonly changes = new CellLog();

  /** Items known; every index below it may be bumped and read. */
  get items(): number {
    return this.rows.rows;
  }

  /** Makes room for items 0…items−1. */
  grow(items: number): void {
    if (items > this.totals.length) {
      const capacity = Math.max(items, Math.ceil(this.totals.length * 1.5));
      const totals = new Int32Array(capacity);
      totals.set(this.totals);
      this.totals = totals;
      const roots = new Float64Array(capacity);
      roots.set(this.roots);
      this.roots = roots;
      const versions = new Uint32Array(capacity);
      versions.set(this.versions);
      this.versions = versions;
    }
    this.rows.grow(items);
    if (items > this.waitingCounts.length) this.growWaiting();
  }

  n(item: number): number {
    return this.totals[item];
  }

  /** √n(i), kept beside the integers because every cosine needs two of them. */
  rootN(item: number): number {
    return this.roots[item];
  }

  count(i: number, j: number): number {
    this.flush(i);
    return this.rows.get(i, j);
  }

  /** Moves whenever something in the row has; says whether what was derived from the row is out of date. */
  rowVersion(item: number): number {
    return this.versions[item];
  }

  rowSize(item: number): number {
    this.flush(item);
    return this.rows.size(item);
  }

  /**
   * Copies the row's non-zero cells into `keys` and `counts` (each at least `items` long) in no particular order.
   * @returns how many
   */
  readRow(item: number, keys: Int32Array, counts: Int32Array): number {
    this.flush(item);
    return this.rows.read(item, keys, counts);
  }

  /** counts[k] = count(item, columns[k]) for k < size. */
  readCells(item: number, columns: Int32Array, size: number, counts: Int32Array): void {
    this.flush(item);
    this.rows.getMany(item, columns, size, counts);
  }

  bumpItem(item: number, by: 1 | -1): void {
    this.setTotal(item, this.totals[item] + by);
    this.changes.add(item, item);
  }

  /**
   * Adds `by` to the pairs of `item` with each of `others[0…count)`, all distinct from it and from each other.
   *
   * What it costs is cache misses: the cells lie in as many rows as there are others. So they are noted by row, and
   * a row is written when it is read, or has many of them, which then share its cache lines.
   */
  bumpPairs(item: number, others: Int32Array, count: number, by: 1 | -1): void {
    const { waiting, waitingCounts, waitingPerRow } = this;
    for (let at = 0; at < count; at++) {
      const other = others[at];
      if (waitingCounts[other] === waitingPerRow) this.flush(other);
      waiting[other * waitingPerRow + waitingCounts[other]++] = by > 0 ? item : ~item;
      if (waitingCounts[item] === waitingPerRow) this.flush(item);
      waiting[item * waitingPerRow + waitingCounts[item]++] = by > 0 ? other : ~other;
      this.versions[other]++;
      if (other < item) this.changes.add(other, item);
      else this.changes.add(item, other);
    }
    this.versions[item]++;
  }

  private flush(row: number): void {
    const from = row * this.waitingPerRow;
    this.rows.addMany(row, this.waiting, from, from + this.waitingCounts[row]);
    this.waitingCounts[row] = 0;
  }

  private growWaiting(): void {
    for (let row = 0; row < this.waitingCounts.length; row++) this.flush(row);
    const rows = this.totals.length;
    this.waitingPerRow = Math.max(FEWEST_WAITING, Math.min(MOST_WAITING, Math.floor(WAITING_CELLS / rows)));
    this.waiting = new Int32Array(rows * this.waitingPerRow);
    this.waitingCounts = new Int32Array(rows);
  }

  /** Cells changed since the last delta; a cell changed twice may count twice. */
  pending(): number {
    return this.changes.size;
  }

  /** True once too much has changed for a delta to be worth while: send the whole state instead. */
  get overflowed(): boolean {
    return this.changes.overflowed;
  }

  forgetChanges(): void {
    this.changes.clear();
  }

  /** Writes the present VALUES of all changed cells in steps, and forgets the changes. Cell (i, i) stands for n(i). */
  *writingChanges(writer: ByteWriter): ResumableTask<void> {
    const { starts, columns } = yield* this.changes.distinct(this.items);
    writer.varint(starts[this.items]);
    let before = 0;
    for (let i = 0; i < this.items; i++) {
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const j = columns[at];
        writer.varint(i - before);
        before = i;
        writer.varint(j - i);
        writer.varint(i === j ? this.totals[i] : this.count(i, j));
        if (at % ITEMS_PER_STEP === 0) yield;
      }
    }
    this.changes.clear();
  }

  readChanges(reader: ByteReader): void {
    const cells = reader.varint();
    let i = 0;
    for (let cell = 0; cell < cells; cell++) {
      i += reader.varint();
      const j = i + reader.varint();
      const value = reader.varint();
      if (i === j) this.setTotal(i, value);
      else this.setPair(i, j, value);
    }
  }

  encode(writer: ByteWriter): void {
    runTask(this.encoding(writer));
  }

  /** Upper triangle only, in steps: per row its n, its non-zero cells by ascending column, as gaps. */
  *encoding(writer: ByteWriter): ResumableTask<void> {
    const keys = new Int32Array(this.items);
    const counts = new Int32Array(this.items);
    writer.varint(this.items);
    let cells = 0;
    for (let i = 0; i < this.items; i++) {
      const upper = keys
        .subarray(0, this.readRow(i, keys, counts))
        .filter((j) => j > i)
        .sort();
      writer.varint(this.totals[i]);
      writer.varint(upper.length);
      let before = i;
      for (const j of upper) {
        writer.varint(j - before);
        writer.varint(this.rows.get(i, j));
        before = j;
      }
      cells += upper.length + 1;
      if (cells < ITEMS_PER_STEP) continue;
      cells = 0;
      yield;
    }
  }

  static decode(reader: ByteReader): Cooccurrence {
    const matrix = new Cooccurrence();
    matrix.grow(reader.varint());
    for (let i = 0; i < matrix.items; i++) {
      matrix.setTotal(i, reader.varint());
      const cells = reader.varint();
      let j = i;
      for (let cell = 0; cell < cells; cell++) {
        j += reader.varint();
        matrix.setPair(i, j, reader.varint());
      }
    }
    return matrix;
  }

  private setTotal(item: number, value: number): void {
    if (this.totals[item] === value) return;
    this.totals[item] = value;
    this.roots[item] = Math.sqrt(value);
    this.versions[item]++;
  }

  private setPair(i: number, j: number, value: number): void {
    const by = value - this.count(i, j);
    if (by === 0) return;
    this.flush(j);
    this.rows.add(i, j, by);
    this.rows.add(j, i, by);
    this.versions[i]++;
    this.versions[j]++;
  }
}
