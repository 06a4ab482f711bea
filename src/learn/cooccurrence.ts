import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { CellLog } from './cell-log';
import { SparseRows } from './sparse-rows';

/** Twins noted per row before they are written. */
const WAITING = 64;

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
  /** Cells (j, i) whose twin (i, j) has been written already: they are written a row at a time, see {@link flush}. */
  private waiting = new Int32Array(0);
  private waitingCounts = new Uint8Array(64);
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
    if (items > this.waitingCounts.length || this.waiting.length === 0) {
      const waitingCounts = new Uint8Array(this.totals.length);
      waitingCounts.set(this.waitingCounts);
      this.waitingCounts = waitingCounts;
      const waiting = new Int32Array(this.totals.length * WAITING);
      waiting.set(this.waiting);
      this.waiting = waiting;
    }
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

  bumpItem(item: number, by: 1 | -1): void {
    this.setTotal(item, this.totals[item] + by);
    this.changes.add(item, item);
  }

  /**
   * Adds `by` to the pairs of `item` with each of `others[0…count)`, all distinct from it and from each other.
   *
   * The cells in the item's own row lie together and are written at once. Their twins lie in as many rows as there are
   * others, each a cache miss, and most of the cost: they are noted, and written when their row is read or has 64 of them.
   */
  bumpPairs(item: number, others: Int32Array, count: number, by: 1 | -1): void {
    if (count === 0) return;
    this.flush(item);
    this.rows.addMany(item, others, 0, count, by);
    this.versions[item]++;
    for (let at = 0; at < count; at++) {
      const other = others[at];
      if (this.waitingCounts[other] === WAITING) this.flush(other);
      this.waiting[other * WAITING + this.waitingCounts[other]++] = by > 0 ? item : ~item;
      this.versions[other]++;
      if (other < item) this.changes.add(other, item);
      else this.changes.add(item, other);
    }
  }

  private flush(row: number): void {
    const end = row * WAITING + this.waitingCounts[row];
    let next = row * WAITING;
    // Runs of the same sign; those taken away are written as ~item.
    while (next < end) {
      const run = next;
      if (this.waiting[next] >= 0) {
        while (next < end && this.waiting[next] >= 0) next++;
        this.rows.addMany(row, this.waiting, run, next, 1);
      } else {
        this.rows.add(row, ~this.waiting[next++], -1);
      }
    }
    this.waitingCounts[row] = 0;
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

  /** Writes the present VALUES of all changed cells, and forgets the changes. Cell (i, i) stands for n(i). */
  writeChanges(writer: ByteWriter): void {
    const cells = this.changes.distinct(this.items);
    writer.varint(cells.length);
    let before = 0;
    for (const cell of cells) {
      const i = Math.floor(cell / this.items);
      const j = cell % this.items;
      writer.varint(i - before);
      before = i;
      writer.varint(j - i);
      writer.varint(i === j ? this.totals[i] : this.count(i, j));
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

  /** Upper triangle only: per row its n, its non-zero cells by ascending column, as gaps. */
  encode(writer: ByteWriter): void {
    const keys = new Int32Array(this.items);
    const counts = new Int32Array(this.items);
    writer.varint(this.items);
    for (let i = 0; i < this.items; i++) {
      const upper = keys.subarray(0, this.readRow(i, keys, counts)).filter((j) => j > i).sort();
      writer.varint(this.totals[i]);
      writer.varint(upper.length);
      let before = i;
      for (const j of upper) {
        writer.varint(j - before);
        writer.varint(this.rows.get(i, j));
        before = j;
      }
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
