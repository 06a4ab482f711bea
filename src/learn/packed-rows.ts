import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { grown } from './grown';
import { columnType, readColumn, writeColumn, writeNarrowColumn, type IntegerColumn } from './integer-column';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';

/** Growth factor of a full arena (the array that holds all entries). After growing, at most a third of it is unused. */
const ARENA_GROWTH = 1.5;
/** Spare share of the arena after a table is read from bytes, so that entries can be appended before it has to grow. */
const READ_SLACK = 1 / 16;

/**
 * Many small tables in one array (the arena): each owner (0, 1, 2 …) has entries of `width` 32-bit integers, the first
 * of which is the entry's key. A million customers cost only their entries plus nine bytes each, whereas a Map of Maps
 * would cost kilobytes each.
 *
 * Keys are found by a linear scan: a customer's few hundred products fit in a few cache lines.
 */
export class PackedRows {
  /**
   * The arena. Offsets that {@link find} and {@link append} return are indexes into it, valid until the next append.
   */
  cells = new Int32Array(1024);
  private end = 0;
  private starts = new Uint32Array(64);
  private lengths = new Uint32Array(64);
  /** By owner: the size class of its block (its range of the arena), see {@link capacityOf}; 0 if it has no block. */
  private sizeClasses = new Uint8Array(64);
  private readonly freeBlocks: number[][] = [];

  constructor(readonly width: number) {}

  /** Offset of the first cell of the owner's entries. */
  start(owner: number): number {
    return owner < this.starts.length ? this.starts[owner] : 0;
  }

  length(owner: number): number {
    return owner < this.lengths.length ? this.lengths[owner] : 0;
  }

  /** Returns the offset of the entry with this key, or −1 if the owner has none. */
  find(owner: number, key: number): number {
    const start = this.start(owner);
    const end = start + this.length(owner) * this.width;
    for (let at = start; at < end; at += this.width) if (this.cells[at] === key) return at;
    return -1;
  }

  /** Returns the offsets of the owner's entries. */
  entries(owner: number): number[] {
    return Array.from({ length: this.length(owner) }, (_, entry) => this.start(owner) + entry * this.width);
  }

  /** Appends an entry with this key and 0 in all other cells. @returns the offset of the entry */
  append(owner: number, key: number): number {
    if (owner >= this.starts.length) this.growOwners(owner + 1);
    const length = this.lengths[owner];
    const sizeClass = this.sizeClasses[owner];
    if (length === capacityOf(sizeClass)) this.moveToClass(owner, sizeClass + 1);
    const at = this.starts[owner] + length * this.width;
    this.cells[at] = key;
    this.cells.fill(0, at + 1, at + this.width);
    this.lengths[owner] = length + 1;
    return at;
  }

  /**
   * Inserts an entry with this key and 0 in all other cells before the owner's entry number `entry`, so that a caller
   * can keep the entries sorted. @returns the offset of the new entry
   */
  insert(owner: number, entry: number, key: number): number {
    const last = this.append(owner, key);
    const at = this.starts[owner] + entry * this.width;
    if (at === last) return at;
    this.cells.copyWithin(at + this.width, at, last);
    this.cells[at] = key;
    this.cells.fill(0, at + 1, at + this.width);
    return at;
  }

  /** Removes the owner's entry number `entry`. The other entries keep their order. */
  removeInOrder(owner: number, entry: number): void {
    const at = this.starts[owner] + entry * this.width;
    this.cells.copyWithin(at, at + this.width, this.starts[owner] + this.lengths[owner]-- * this.width);
  }

  /** Removes the entries of an owner, in a table of width 1, whose keys do not fulfil a condition. */
  retain(owner: number, condition: (key: number) => boolean): void {
    const start = this.start(owner);
    const end = start + this.length(owner);
    let kept = start;
    for (let at = start; at < end; at++) if (condition(this.cells[at])) this.cells[kept++] = this.cells[at];
    this.lengths[owner] = kept - start;
  }

  /** Removes the owner's first `count` entries. */
  removeFirst(owner: number, count: number): void {
    const start = this.start(owner);
    const end = start + this.length(owner) * this.width;
    this.cells.copyWithin(start, start + count * this.width, end);
    this.lengths[owner] -= count;
  }

  /** Replaces the entries of an owner in a table of width 1. */
  replace(owner: number, keys: Int32Array): void {
    if (keys.length > this.capacity(owner)) {
      this.clear(owner);
      this.reserve(owner, keys.length);
    }
    if (owner < this.lengths.length) this.lengths[owner] = keys.length;
    this.cells.set(keys, this.start(owner));
  }

  private capacity(owner: number): number {
    return capacityOf(owner < this.sizeClasses.length ? this.sizeClasses[owner] : 0);
  }

  clear(owner: number): void {
    if (owner >= this.starts.length || this.sizeClasses[owner] === 0) return;
    this.release(this.sizeClasses[owner], this.starts[owner]);
    this.sizeClasses[owner] = 0;
    this.lengths[owner] = 0;
  }

  /** Removes the entry at an offset. The owner's last entry moves to that offset. */
  remove(owner: number, at: number): void {
    const last = this.starts[owner] + --this.lengths[owner] * this.width;
    if (at !== last) this.cells.copyWithin(at, last, last + this.width);
  }

  /**
   * Writes the entries of owners 0…owners−1 as columns, in steps: the number of entries of each owner, then one column
   * for each integer of an entry.
   */
  *writeInSteps(writer: ByteWriter, owners: number): ResumableTask<void> {
    const lengths = new Int32Array(owners);
    let entries = 0;
    for (let owner = 0; owner < owners; owner++) entries += lengths[owner] = this.length(owner);
    writeColumn(writer, lengths);
    writer.varint(entries);
    const [lows, highs] = yield* this.columnRanges(lengths);
    const columns = Array.from(lows, (low, cell) => new (columnType(low, highs[cell]))(entries));
    let entry = 0;
    let stepEnd = ITEMS_PER_STEP;
    for (let owner = 0; owner < owners; owner++) {
      for (let at = this.start(owner), end = entry + lengths[owner]; entry < end; entry++) {
        for (const column of columns) column[entry] = this.cells[at++];
      }
      if (entry < stepEnd) continue;
      stepEnd = entry + ITEMS_PER_STEP;
      yield;
    }
    while (columns.length > 0) {
      writeNarrowColumn(writer, columns.shift() as IntegerColumn);
      yield;
    }
  }

  /** Returns the smallest and the largest value of each column. A minimum is at most 0, and a maximum is at least 0. */
  private *columnRanges(lengths: Int32Array): ResumableTask<[lows: Int32Array, highs: Int32Array]> {
    const { width } = this;
    const [lows, highs] = [new Int32Array(width), new Int32Array(width)];
    let cells = 0;
    for (let owner = 0; owner < lengths.length; owner++) {
      const start = this.start(owner);
      const end = start + lengths[owner] * width;
      for (let at = start, cell = 0; at < end; at++) {
        const value = this.cells[at];
        if (value < lows[cell]) lows[cell] = value;
        else if (value > highs[cell]) highs[cell] = value;
        if (++cell === width) cell = 0;
      }
      cells += end - start;
      if (cells < ITEMS_PER_STEP * width) continue;
      cells = 0;
      yield;
    }
    return [lows, highs];
  }

  /** Reads the bytes of {@link writeInSteps} into an empty table. */
  *readInSteps(reader: ByteReader, owners: number): ResumableTask<void> {
    const lengths = readColumn(reader, owners);
    const entries = reader.varint();
    const columns = Array.from({ length: this.width }, () => readColumn(reader, entries));
    this.reserveArena(lengths, entries);
    let entry = 0;
    let stepEnd = ITEMS_PER_STEP;
    for (let owner = 0; owner < owners; owner++) {
      this.reserve(owner, lengths[owner]);
      for (let at = this.start(owner), end = entry + lengths[owner]; entry < end; entry++) {
        for (const column of columns) this.cells[at++] = column[entry];
      }
      if (entry < stepEnd) continue;
      stepEnd = entry + ITEMS_PER_STEP;
      yield;
    }
  }

  /**
   * Reserves entries for owners 0, 1, 2 … in an empty table. The caller writes the entries into {@link cells}.
   * @param lengths number of entries of each owner
   * @param entries sum of `lengths`
   */
  reserveAll(lengths: Int32Array, entries: number): void {
    this.reserveArena(lengths, entries);
    lengths.forEach((length, owner) => this.reserve(owner, length));
  }

  /** Reserves `length` entries for an owner that has no entries. The caller writes the entries. */
  private reserve(owner: number, length: number): void {
    if (length === 0) return;
    if (owner >= this.starts.length) this.growOwners(owner + 1);
    this.moveToClass(owner, sizeClassFor(length));
    this.lengths[owner] = length;
  }

  /**
   * Allocates a larger arena if the entries don't fit. The table must be empty.
   * @throws Error if a length is negative or the sum of the lengths exceeds `entries`
   */
  private reserveArena(lengths: IntegerColumn, entries: number): void {
    let remaining = entries;
    let capacity = 0;
    for (const length of lengths) {
      remaining -= length;
      if (length < 0 || remaining < 0)
        throw new Error(`the row lengths don't match the ${entries} entries of the columns`);
      capacity += capacityOf(sizeClassFor(length));
    }
    const size = Math.ceil(capacity * this.width * (1 + READ_SLACK));
    if (size > this.cells.length) this.cells = new Int32Array(size);
  }

  private moveToClass(owner: number, sizeClass: number): void {
    const size = this.width * capacityOf(sizeClass);
    let start = this.freeBlocks[sizeClass]?.pop();
    if (start === undefined) {
      if (this.end + size > this.cells.length)
        this.cells = grown(this.cells, Math.max(Math.ceil(this.cells.length * ARENA_GROWTH), this.end + size));
      start = this.end;
      this.end += size;
    }
    const from = this.starts[owner];
    this.cells.copyWithin(start, from, from + this.lengths[owner] * this.width);
    if (this.sizeClasses[owner] > 0) this.release(this.sizeClasses[owner], from);
    this.starts[owner] = start;
    this.sizeClasses[owner] = sizeClass;
  }

  private release(sizeClass: number, start: number): void {
    (this.freeBlocks[sizeClass] ??= []).push(start);
  }

  private growOwners(owners: number): void {
    const capacity = Math.max(owners, Math.ceil(this.starts.length * 1.5));
    this.starts = grown(this.starts, capacity);
    this.lengths = grown(this.lengths, capacity);
    this.sizeClasses = grown(this.sizeClasses, capacity);
  }
}

/** Capacity of a block in entries, by size class: 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 … */
function capacityOf(sizeClass: number): number {
  if (sizeClass < 3) return sizeClass;
  return (sizeClass % 2 === 1 ? 3 : 4) << ((sizeClass - 3) >> 1);
}

/** Returns the size class of the smallest block with room for `length` entries. */
function sizeClassFor(length: number): number {
  if (length < 3) return Math.max(0, length);
  const octave = 31 - Math.clz32(length - 1);
  return length <= 3 << (octave - 1) ? 2 * octave + 1 : 2 * octave + 2;
}
