import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';

const SMALLEST_CLASS = 1;

/**
 * Many small tables in one arena: each owner (0, 1, 2 …) has entries of `width` 32-bit integers, the first of which is
 * the entry's key. A million customers cost their entries and nine bytes each, where a Map of Maps would cost kilobytes.
 *
 * Keys are found by scanning: a customer's few hundred products fit in a few cache lines.
 */
export class PackedRows {
  /** The arena; an offset that {@link find} and {@link append} return points into it until the next append. */
  cells = new Int32Array(1024);
  private end = 0;
  private starts = new Uint32Array(64);
  private lengths = new Uint32Array(64);
  /** log2 of the block's capacity in entries, plus one; 0: no block. */
  private classes = new Uint8Array(64);
  private readonly free: number[][] = [];

  constructor(readonly width: number) {}

  /** First cell of the owner's entries. */
  start(owner: number): number {
    return owner < this.starts.length ? this.starts[owner] : 0;
  }

  /** Number of the owner's entries. */
  length(owner: number): number {
    return owner < this.lengths.length ? this.lengths[owner] : 0;
  }

  /** Offset of the entry, or −1. */
  find(owner: number, key: number): number {
    const start = this.start(owner);
    const end = start + this.length(owner) * this.width;
    for (let at = start; at < end; at += this.width) if (this.cells[at] === key) return at;
    return -1;
  }

  /** Offset of a new entry whose other integers are 0. */
  append(owner: number, key: number): number {
    if (owner >= this.starts.length) this.growOwners(owner + 1);
    const length = this.lengths[owner];
    const sizeClass = this.classes[owner];
    if (sizeClass === 0 || length === 1 << (sizeClass - 1))
      this.moveToClass(owner, Math.max(SMALLEST_CLASS, sizeClass + 1));
    const at = this.starts[owner] + length * this.width;
    this.cells[at] = key;
    this.cells.fill(0, at + 1, at + this.width);
    this.lengths[owner] = length + 1;
    return at;
  }

  /** Forgets the owner's entries. */
  clear(owner: number): void {
    if (owner >= this.starts.length || this.classes[owner] === 0) return;
    this.release(this.classes[owner], this.starts[owner]);
    this.classes[owner] = 0;
    this.lengths[owner] = 0;
  }

  *writing(writer: ByteWriter, owners: number): ResumableTask<void> {
    for (let owner = 0; owner < owners; owner++) {
      if (owner % ITEMS_PER_STEP === 0) yield;
      const cells = this.length(owner) * this.width;
      const start = this.start(owner);
      writer.varint(cells / this.width);
      for (let at = start; at < start + cells; at++) writer.signed(this.cells[at]);
    }
  }

  read(reader: ByteReader, owners: number): void {
    for (let owner = 0; owner < owners; owner++) {
      const length = reader.varint();
      for (let entry = 0; entry < length; entry++) {
        const at = this.append(owner, reader.signed());
        for (let cell = 1; cell < this.width; cell++) this.cells[at + cell] = reader.signed();
      }
    }
  }

  private moveToClass(owner: number, sizeClass: number): void {
    const size = this.width << (sizeClass - 1);
    let start = this.free[sizeClass]?.pop();
    if (start === undefined) {
      if (this.end + size > this.cells.length) {
        const grown = new Int32Array(Math.max(this.cells.length * 2, this.end + size));
        grown.set(this.cells);
        this.cells = grown;
      }
      start = this.end;
      this.end += size;
    }
    const from = this.starts[owner];
    this.cells.copyWithin(start, from, from + this.lengths[owner] * this.width);
    if (this.classes[owner] > 0) this.release(this.classes[owner], from);
    this.starts[owner] = start;
    this.classes[owner] = sizeClass;
  }

  private release(sizeClass: number, start: number): void {
    (this.free[sizeClass] ??= []).push(start);
  }

  private growOwners(owners: number): void {
    const capacity = Math.max(owners, Math.ceil(this.starts.length * 1.5));
    const starts = new Uint32Array(capacity);
    starts.set(this.starts);
    this.starts = starts;
    const lengths = new Uint32Array(capacity);
    lengths.set(this.lengths);
    this.lengths = lengths;
    const classes = new Uint8Array(capacity);
    classes.set(this.classes);
    this.classes = classes;
  }
}
