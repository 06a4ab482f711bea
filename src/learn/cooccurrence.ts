import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { ChangedCellLog } from './changed-cell-log';
import { grown } from './grown';
import type { ItemNeighbourLists } from './item-neighbour-lists';
import { readColumn, writeColumn } from './integer-column';
import { ListedCounts } from './listed-counts';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from './resumable-task';
import { SymmetricCounts } from './symmetric-counts';

/** Maximum number of items in the head. All pairs within the head are counted: 4,096² counts of 4 bytes take 64 MiB. */
export const MAX_HEAD_ITEMS = 4_096;

const NO_SLOT = -1;

/** A symmetric matrix that is read row by row: for each pair of items, the exact number of sets that contain both. */
export interface CountMatrix {
  readonly items: number;
  /** Number of sets that contain the item. */
  n(item: number): number;
  /**
   * Copies the row's non-zero cells into `columns` and `counts` (each at least `items` long) in no particular order.
   * @returns the number of cells
   */
  readRow(item: number, columns: Int32Array, counts: Int32Array): number;
  /** A number that changes whenever a cell of the row changes. */
  rowVersion(item: number): number;
}

/**
 * Symmetric item–item co-occurrence as exact integers: `n(i)` sets contain item i, `count(i, j)` contain both.
 * Similarities are computed from the counts when they are read, so no stored value becomes stale when an `n` changes.
 *
 * All pairs within the head (the few thousand most frequent items) are counted. Any other pair is counted only if at
 * least one of its two items has the other in its neighbour list (see `PairCounter`). The reason is memory: among
 * 100,000 items 466 million pairs occur, most of them once. Every stored count is exact, and if all items fit in the
 * head, every pair is counted. Changed cells are logged, so that {@link writeChangesInSteps} can write only these.
 */
export class Cooccurrence implements CountMatrix {
  private totals = new Int32Array(64);
  private roots = new Float64Array(64);
  private versions = new Uint32Array(64);
  /** By item: its slot (index within the head), or −1 if the item is not in the head. `itemsBySlot` is the inverse. */
  private slotsByItem = new Int32Array(64);
  private readonly itemsBySlot: number[] = [];
  private headPairs = new SymmetricCounts();
  private listedPairs = new ListedCounts();
  private readonly changes = new ChangedCellLog();
  private size = 0;
  private hasLists = true;
  private headColumns = new Int32Array(0);
  /** The counts of pairs of head items, indexed by slot. Every pair of slots is counted. */
  readonly head: CountMatrix;

  constructor(private readonly maxHeadItems = MAX_HEAD_ITEMS) {
    const headItems = () => this.itemsBySlot.length;
    this.head = {
      get items() {
        return headItems();
      },
      n: (slot) => this.totals[this.itemsBySlot[slot]],
      readRow: (slot, columns, counts) => this.headPairs.readRow(slot, columns, counts),
      rowVersion: (slot) => this.versions[this.itemsBySlot[slot]],
    };
  }

  /** Number of items. Their indexes are 0…items−1. */
  get items(): number {
    return this.size;
  }

  /** Number of items in the head. Their slots are 0…headItems−1. */
  get headItems(): number {
    return this.itemsBySlot.length;
  }

  /** Whether some items are outside the head, so that some pairs may not be counted. */
  get isPartial(): boolean {
    return this.size > this.itemsBySlot.length;
  }

  isHead(item: number): boolean {
    return this.slotsByItem[item] !== NO_SLOT;
  }

  headItem(slot: number): number {
    return this.itemsBySlot[slot];
  }

  /** Makes room for items 0…items−1. New items join the head until it has `maxHeadItems` items. */
  grow(items: number): void {
    if (items <= this.size) return;
    if (items > this.totals.length) {
      const capacity = Math.max(items, Math.ceil(this.totals.length * 1.5));
      this.totals = grown(this.totals, capacity);
      this.roots = grown(this.roots, capacity);
      this.versions = grown(this.versions, capacity);
      this.slotsByItem = grown(this.slotsByItem, capacity);
    }
    for (let item = this.size; item < items; item++) {
      const isHead = this.itemsBySlot.length < this.maxHeadItems;
      this.slotsByItem[item] = isHead ? this.itemsBySlot.push(item) - 1 : NO_SLOT;
    }
    this.size = items;
    this.headPairs.grow(this.itemsBySlot.length);
    this.listedPairs.grow(items);
  }

  n(item: number): number {
    return this.totals[item];
  }

  /** √n(i). It is stored because every cosine similarity needs the roots of two items. */
  rootN(item: number): number {
    return this.roots[item];
  }

  /** Returns 0 for a pair that is not counted. */
  count(i: number, j: number): number {
    const [a, b] = [this.slotsByItem[i], this.slotsByItem[j]];
    return a !== NO_SLOT && b !== NO_SLOT ? this.headPairs.get(a, b) : this.listedPairs.get(i, j);
  }

  /** Whether the pair is counted, even if its count is 0. */
  isCounted(i: number, j: number): boolean {
    return (this.isHead(i) && this.isHead(j)) || this.listedPairs.has(i, j);
  }

  /** Returns a number that changes whenever a cell of the row changes, so that derived values can be invalidated. */
  rowVersion(item: number): number {
    return this.versions[item];
  }

  /**
   * Copies the row's non-zero cells into `columns` and `counts` (each at least `items` long). Those of
   * {@link readHeadRow} come first; apart from that, there is no particular order.
   * @returns the number of cells
   */
  readRow(item: number, columns: Int32Array, counts: Int32Array): number {
    return this.readListedRow(item, columns, counts, this.readHeadRow(item, columns, counts));
  }

  /**
   * Does the same as {@link readRow}, but only for pairs of two head items.
   * @returns the number of cells; 0 for an item outside the head
   */
  readHeadRow(item: number, columns: Int32Array, counts: Int32Array): number {
    const slot = this.slotsByItem[item];
    if (slot === NO_SLOT) return 0;
    const size = this.headPairs.readRow(slot, columns, counts);
    if (this.isPartial) for (let at = 0; at < size; at++) columns[at] = this.itemsBySlot[columns[at]];
    return size;
  }

  /**
   * Appends the row's other non-zero cells (pairs with an item outside the head) after the first `from` cells of
   * `columns` and `counts`.
   * @returns the new number of cells
   */
  readListedRow(item: number, columns: Int32Array, counts: Int32Array, from: number): number {
    return this.isPartial ? this.listedPairs.readRow(item, columns, counts, from) : from;
  }

  /** Sets counts[k] = count(item, columns[k]) for all k < size. */
  readCells(item: number, columns: Int32Array, size: number, counts: Int32Array): void {
    const slot = this.slotsByItem[item];
    if (slot !== NO_SLOT && !this.isPartial) this.headPairs.readCells(slot, columns, size, counts);
    else {
      for (let k = 0; k < size; k++) {
        const other = this.slotsByItem[columns[k]];
        counts[k] = slot === NO_SLOT || other === NO_SLOT ? 0 : this.headPairs.get(slot, other);
      }
      this.listedPairs.addCells(item, columns, size, counts);
    }
  }

  /**
   * Multiplies all counts, as if each set occurred `factor` times.
   * @param factor must leave all counts integers below 2³⁰
   */
  multiply(factor: number): void {
    for (let item = 0; item < this.size; item++) {
      this.totals[item] *= factor;
      this.roots[item] = Math.sqrt(this.totals[item]);
      this.versions[item]++;
    }
    this.headPairs.multiply(factor);
    this.listedPairs.multiply(factor, this.size);
    this.changes.markOverflowed();
  }

  bumpItem(item: number, by: 1 | -1): void {
    this.setTotal(item, this.totals[item] + by);
    this.changes.add(item, item);
  }

  /**
   * Adds `by` to the count of each counted pair of `item` with an item of `others[0…count)`. Those items are distinct
   * and don't include `item`.
   */
  bumpPairs(item: number, others: Int32Array, count: number, by: 1 | -1): void {
    const slot = this.slotsByItem[item];
    if (!this.isPartial) {
      this.headPairs.bump(slot, others, count, by);
      for (let at = 0; at < count; at++) this.recordChange(item, others[at]);
    } else {
      if (slot !== NO_SLOT) this.bumpHead(item, others, count, by);
      this.listedPairs.bump(item, others, count, by, (other) => this.recordChange(item, other));
    }
    this.versions[item]++;
  }

  private bumpHead(item: number, others: Int32Array, count: number, by: 1 | -1): void {
    if (this.headColumns.length < count) this.headColumns = new Int32Array(2 * count);
    let size = 0;
    for (let at = 0; at < count; at++) {
      if (this.slotsByItem[others[at]] === NO_SLOT) continue;
      this.headColumns[size++] = this.slotsByItem[others[at]];
      this.recordChange(item, others[at]);
    }
    this.headPairs.bump(this.slotsByItem[item], this.headColumns, size, by);
  }

  private recordChange(item: number, other: number): void {
    this.versions[other]++;
    if (other < item) this.changes.add(other, item);
    else this.changes.add(item, other);
  }

  /**
   * Replaces the item's neighbour list. A pair with an item outside the head is counted only if one of its two items
   * lists the other.
   * @param members distinct items; if `item` is in the head, only items outside the head
   * @param counts exact count of the pair at the same index in `members`
   */
  setList(item: number, members: Int32Array, counts: Int32Array, size: number): void {
    this.listedPairs.setList(item, members, counts, size, (other) => this.recordChange(item, other));
    this.versions[item]++;
  }

  /** Sets all neighbour lists, in steps. Call {@link setHead} first, and read no rows until this task has finished. */
  *setListsInSteps(lists: ItemNeighbourLists): ResumableTask<void> {
    yield* this.listedPairs.setListsInSteps(lists);
    for (let item = 0; item < this.size; item++) this.versions[item]++;
  }

  /** Makes these items the new head and removes the counts of all pairs. @param items ascending */
  setHead(items: readonly number[]): void {
    this.slotsByItem.fill(NO_SLOT);
    this.itemsBySlot.length = 0;
    for (const item of items) this.slotsByItem[item] = this.itemsBySlot.push(item) - 1;
    this.headPairs = new SymmetricCounts();
    this.headPairs.grow(this.itemsBySlot.length);
    this.listedPairs = new ListedCounts();
    this.listedPairs.grow(this.size);
    for (let item = 0; item < this.size; item++) this.versions[item]++;
    this.changes.markOverflowed();
  }

  /**
   * Replaces one row of the counts within the head. The caller must replace the mirrored cells as well.
   * @param others distinct head items; only the first `size` are used
   * @param counts count of the pair at the same index in `others`; not 0
   */
  setHeadRow(item: number, others: Int32Array, counts: Int32Array, size: number): void {
    if (this.headColumns.length < size) this.headColumns = new Int32Array(2 * size);
    for (let at = 0; at < size; at++) this.headColumns[at] = this.slotsByItem[others[at]];
    this.headPairs.setRow(this.slotsByItem[item], this.headColumns, counts, size);
    this.versions[item]++;
  }

  /**
   * Number of cells that changed since the log of changes was last cleared, or Infinity if {@link hasOverflowed}. A
   * cell that changed twice may count twice.
   */
  pendingChanges(): number {
    return this.changes.hasOverflowed ? Infinity : this.changes.size;
  }

  /** True once so much has changed that the whole matrix should be written instead of the changed cells. */
  get hasOverflowed(): boolean {
    return this.changes.hasOverflowed;
  }

  clearChanges(): void {
    this.changes.clear();
  }

  /**
   * Writes the current values (not the differences) of all changed cells in steps, and clears the log of changes. Cell
   * (i, i) holds n(i). For a pair with an item outside the head, count + 1 is written, because 0 means that the pair is
   * no longer counted.
   */
  *writeChangesInSteps(writer: ByteWriter): ResumableTask<void> {
    const { starts, columns } = yield* this.changes.distinctInSteps(this.items);
    writer.varint(starts[this.items]);
    let before = 0;
    for (let i = 0; i < this.items; i++) {
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const j = columns[at];
        writer.varint(i - before);
        before = i;
        writer.varint(j - i);
        writer.varint(i === j ? this.totals[i] : this.cellValue(i, j));
        if (at % ITEMS_PER_STEP === 0) yield;
      }
    }
    this.changes.clear();
  }

  private cellValue(i: number, j: number): number {
    if (this.isHead(i) && this.isHead(j)) return this.count(i, j);
    return this.listedPairs.has(i, j) ? this.listedPairs.get(i, j) + 1 : 0;
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
    runTask(this.encodeInSteps(writer));
  }

  /** Writes each item's n, the head and the counts of all counted pairs, in steps. */
  *encodeInSteps(writer: ByteWriter): ResumableTask<void> {
    writer.varint(this.maxHeadItems);
    writer.varint(this.items);
    writeColumn(writer, this.totals.subarray(0, this.items));
    writer.varint(this.headItems);
    writeColumn(writer, Int32Array.from(this.itemsBySlot));
    yield* this.headPairs.writeInSteps(writer);
    yield* this.listedPairs.writeInSteps(writer, this.items);
  }

  static decode(reader: ByteReader): Cooccurrence {
    return runTask(Cooccurrence.decodeInSteps(reader));
  }

  /** Decodes a matrix in steps. @throws Error for invalid bytes */
  static *decodeInSteps(reader: ByteReader): ResumableTask<Cooccurrence> {
    const matrix = yield* Cooccurrence.decodeHeadInSteps(reader);
    matrix.hasLists = true;
    yield* matrix.listedPairs.readInSteps(reader, matrix.items);
    return matrix;
  }

  /**
   * Decodes only each item's n and the counts of the head, which come first in the bytes. The matrix then has no counts
   * of other pairs, and {@link readChanges} ignores changes of other pairs.
   */
  static *decodeHeadInSteps(reader: ByteReader): ResumableTask<Cooccurrence> {
    const matrix = new Cooccurrence(reader.varint());
    matrix.hasLists = false;
    matrix.grow(reader.varint());
    readColumn(reader, matrix.items).forEach((total, item) => matrix.setTotal(item, total));
    const members = Array.from(readColumn(reader, reader.varint()));
    members.forEach((item, slot) => {
      if (!(item > (members[slot - 1] ?? -1) && item < matrix.items))
        throw new Error(`head item ${item} at slot ${slot} is not ascending or not below ${matrix.items}`);
    });
    matrix.setHead(members);
    yield* matrix.headPairs.readInSteps(reader, members.length);
    matrix.clearChanges();
    return matrix;
  }

  private setTotal(item: number, value: number): void {
    if (this.totals[item] === value) return;
    this.totals[item] = value;
    this.roots[item] = Math.sqrt(value);
    this.versions[item]++;
  }

  private setPair(i: number, j: number, value: number): void {
    const [a, b] = [this.slotsByItem[i], this.slotsByItem[j]];
    if (a !== NO_SLOT && b !== NO_SLOT) this.headPairs.set(a, b, value);
    else if (this.hasLists) this.listedPairs.set(i, j, value === 0 ? undefined : value - 1);
    else return;
    this.versions[i]++;
    this.versions[j]++;
  }
}
