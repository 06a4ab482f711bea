import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { readColumn, writeColumn } from './integer-column';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';
import { SparseRows } from './sparse-rows';

/** Maximum number of cells in the write buffer (4 bytes each, 16 MiB). The next two limit its cells per row. */
const MAX_BUFFERED_CELLS = 1 << 22;
const MIN_BUFFERED_PER_ROW = 16;
const MAX_BUFFERED_PER_ROW = 1024;

const ROWS_PER_STEP = ITEMS_PER_STEP / 64;

/**
 * Exact counts of all pairs of a few thousand items. The matrix is symmetric and stores each pair in both rows, so that
 * a row is read in one pass.
 */
export class SymmetricCounts {
  private readonly rows = new SparseRows();
  /** By row: its buffered changes (see {@link bump}). An entry `column` means +1 in that column, `~column` means −1. */
  private bufferedColumns: Int32Array | undefined;
  private bufferedCounts = new Int32Array(0);
  private bufferPerRow = 0;

  get items(): number {
    return this.rows.rows;
  }

  /** Makes room for items 0…items−1. */
  grow(items: number): void {
    this.rows.grow(items);
    if (items <= this.bufferedCounts.length) return;
    for (let row = 0; row < this.bufferedCounts.length; row++) this.flush(row);
    const capacity = Math.max(64, items, Math.ceil(this.bufferedCounts.length * 1.5));
    this.bufferPerRow = Math.max(
      MIN_BUFFERED_PER_ROW,
      Math.min(MAX_BUFFERED_PER_ROW, Math.floor(MAX_BUFFERED_CELLS / capacity)),
    );
    this.bufferedColumns = undefined;
    this.bufferedCounts = new Int32Array(capacity);
  }

  get(i: number, j: number): number {
    this.flush(i);
    return this.rows.get(i, j);
  }

  set(i: number, j: number, count: number): void {
    const by = count - this.get(i, j);
    if (by === 0) return;
    this.flush(j);
    this.rows.add(i, j, by);
    this.rows.add(j, i, by);
  }

  rowSize(i: number): number {
    this.flush(i);
    return this.rows.size(i);
  }

  /** Copies the row's non-zero cells in no particular order; returns the number of cells. */
  readRow(i: number, columns: Int32Array, counts: Int32Array): number {
    this.flush(i);
    return this.rows.read(i, columns, counts);
  }

  /** Sets counts[k] = get(i, columns[k]) for all k < size. */
  readCells(i: number, columns: Int32Array, size: number, counts: Int32Array): void {
    this.flush(i);
    this.rows.getMany(i, columns, size, counts);
  }

  /**
   * Replaces all cells of a row. The caller must replace the mirrored cells as well.
   * @param columns distinct columns; only the first `size` are used
   * @param counts count of each column; not 0
   */
  setRow(i: number, columns: Int32Array, counts: Int32Array, size: number): void {
    this.rows.setRow(i, columns, counts, size);
  }

  /**
   * Adds `by` to the counts of `item` with each of `others[0…count)`, which are distinct and don't include the item.
   *
   * The cells lie in different rows, so writing each of them directly would cost a cache miss. Instead, changes are
   * buffered by row and applied when the row is read or its buffer is full; the cells of a row then share cache lines.
   */
  bump(item: number, others: Int32Array, count: number, by: 1 | -1): void {
    const { bufferedCounts, bufferPerRow } = this;
    const buffer = (this.bufferedColumns ??= new Int32Array(bufferedCounts.length * bufferPerRow));
    for (let at = 0; at < count; at++) {
      const other = others[at];
      if (bufferedCounts[other] === bufferPerRow) this.flush(other);
      buffer[other * bufferPerRow + bufferedCounts[other]++] = by > 0 ? item : ~item;
      if (bufferedCounts[item] === bufferPerRow) this.flush(item);
      buffer[item * bufferPerRow + bufferedCounts[item]++] = by > 0 ? other : ~other;
    }
  }

  /** Multiplies all counts. @param factor must leave all counts integers */
  multiply(factor: number): void {
    for (let row = 0; row < this.items; row++) {
      this.flush(row);
      this.rows.multiply(row, factor);
    }
  }

  private flush(row: number): void {
    if (this.bufferedCounts[row] === 0 || !this.bufferedColumns) return;
    const from = row * this.bufferPerRow;
    this.rows.addMany(row, this.bufferedColumns, from, from + this.bufferedCounts[row]);
    this.bufferedCounts[row] = 0;
  }

  /**
   * Writes the upper triangle as columns, in steps: the number of cells of each row, then the columns of all cells
   * (ascending within a row), then their counts.
   */
  *writeInSteps(writer: ByteWriter): ResumableTask<void> {
    const { items } = this;
    const keys = new Int32Array(items);
    const values = new Int32Array(items);
    const lengths = new Int32Array(items);
    let cells = 0;
    for (let i = 0; i < items; i++) cells += this.rowSize(i);
    const columns = new Int32Array(cells / 2);
    const counts = new Int32Array(cells / 2);
    let end = 0;
    for (let i = 0; i < items; i++) {
      const upperColumns = keys
        .subarray(0, this.readRow(i, keys, values))
        .filter((j) => j > i)
        .sort();
      columns.set(upperColumns, end);
      this.readCells(i, upperColumns, upperColumns.length, counts.subarray(end));
      lengths[i] = upperColumns.length;
      end += upperColumns.length;
      if (i % ROWS_PER_STEP === 0) yield;
    }
    writer.varint(end);
    for (const column of [lengths, columns, counts]) {
      writeColumn(writer, column);
      yield;
    }
  }

  /** Reads the bytes of {@link writeInSteps} for the same number of items into an empty matrix. */
  *readInSteps(reader: ByteReader, items: number): ResumableTask<void> {
    this.grow(items);
    const cells = reader.varint();
    const [lengths, columns, counts] = [items, cells, cells].map((length) => readColumn(reader, length));
    const starts = new Int32Array(items + 1);
    let at = 0;
    for (let i = 0; i < items; i++) {
      if (lengths[i] < 0) throw new Error(`row ${i} has a negative number of cells: ${lengths[i]}`);
      starts[i + 1] += lengths[i];
      for (const end = at + lengths[i]; at < end; at++) {
        if (!(columns[at] > i && columns[at] < items))
          throw new Error(`cell (${i}, ${columns[at]}) lies outside the upper triangle of ${items} items`);
        starts[columns[at] + 1]++;
      }
      if (i % ROWS_PER_STEP === 0) yield;
    }
    if (at !== cells) throw new Error(`the rows have ${at} cells in total; expected ${cells}`);
    for (let i = 0; i < items; i++) starts[i + 1] += starts[i];
    const next = starts.slice(0, items);
    const allColumns = new Int32Array(2 * cells);
    const allCounts = new Int32Array(2 * cells);
    at = 0;
    for (let i = 0; i < items; i++) {
      for (const end = at + lengths[i]; at < end; at++) {
        const j = columns[at];
        allColumns[next[i]] = j;
        allCounts[next[i]++] = counts[at];
        allColumns[next[j]] = i;
        allCounts[next[j]++] = counts[at];
      }
      if (i % ROWS_PER_STEP === 0) yield;
    }
    for (let i = 0; i < items; i++) {
      this.setRow(i, allColumns.subarray(starts[i]), allCounts.subarray(starts[i]), starts[i + 1] - starts[i]);
      if (i % ROWS_PER_STEP === 0) yield;
    }
  }
}
