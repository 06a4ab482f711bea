import { grown } from './grown';

const EMPTY = -1;
/**
 * Number of unused cells after each block (the cells of one row). Without them, the cells of one column in many dense
 * rows would share one cache set.
 */
const PADDING = 16;
const MIN_SIZE_CLASS = 5;
/** Number of cells in a chunk (4 bytes each, 1 MiB in total). Blocks are allocated from chunks. */
const CHUNK = 1 << 18;

/**
 * Sparse rows of integer counts. A row is an open-addressing hash of [column, count] pairs (linear probing, at most
 * half full). It becomes dense (a plain array of counts, 4 bytes per item) once the array is not larger than the hash.
 * With 3,700 items most rows become dense; with 100,000 items, hardly any do.
 *
 * Rows are stored in a few large chunks. An event increments one cell in each of several hundred rows, and most of the
 * time is spent on cache misses: this layout causes only one miss per cell. Chunks are never copied, so growing causes
 * no pause.
 */
export class SparseRows {
  private readonly chunks: Int32Array[] = [];
  /** First free cell of the newest chunk. */
  private end = CHUNK;
  /** By row: the index of the chunk that holds its block. */
  private homes: Int32Array = new Int32Array(0);
  /** By row: the first cell of its block within the chunk. */
  private starts: Int32Array = new Int32Array(0);
  /** By row: log2 of the number of cells in its block, or 0 if it has no block. */
  private sizeClasses: Uint8Array = new Uint8Array(0);
  /** By row: 1 if it is dense, 0 if it is a hash. */
  private dense: Uint8Array = new Uint8Array(0);
  /** By row: the number of used [column, count] slots of its hash, including slots whose count is 0 again. */
  private usedSlots: Int32Array = new Int32Array(0);
  private nonZeroCells: Int32Array = new Int32Array(0);
  private readonly freeBlocks: Block[][] = [];
  rows = 0;

  /** Makes room for rows and columns 0…rows−1. */
  grow(rows: number): void {
    this.rows = Math.max(this.rows, rows);
    if (rows <= this.starts.length) return;
    const capacity = Math.max(64, rows, Math.ceil(this.starts.length * 1.5));
    this.homes = grown(this.homes, capacity);
    this.starts = grown(this.starts, capacity);
    this.sizeClasses = grown(this.sizeClasses, capacity);
    this.dense = grown(this.dense, capacity);
    this.usedSlots = grown(this.usedSlots, capacity);
    this.nonZeroCells = grown(this.nonZeroCells, capacity);
  }

  /** Number of the row's non-zero cells. */
  size(row: number): number {
    return this.nonZeroCells[row];
  }

  get(row: number, column: number): number {
    const sizeClass = this.sizeClasses[row];
    if (sizeClass === 0) return 0;
    const arena = this.chunks[this.homes[row]];
    if (this.dense[row] === 1) return column < 1 << sizeClass ? arena[this.starts[row] + column] : 0;
    const at = this.slotOffset(row, column);
    return arena[at] === column ? arena[at + 1] : 0;
  }

  /** Sets counts[k] = get(row, columns[k]) for all k < size. */
  getMany(row: number, columns: Int32Array, size: number, counts: Int32Array): void {
    if (this.dense[row] === 0) {
      for (let k = 0; k < size; k++) counts[k] = this.get(row, columns[k]);
      return;
    }
    const arena = this.chunks[this.homes[row]];
    const start = this.starts[row];
    const width = 1 << this.sizeClasses[row];
    for (let k = 0; k < size; k++) counts[k] = columns[k] < width ? arena[start + columns[k]] : 0;
  }

  /** @param by not 0 */
  add(row: number, column: number, by: number): void {
    const isInArray = this.dense[row] === 1 && column < 1 << this.sizeClasses[row];
    const at = isInArray ? this.starts[row] + column : this.countOffset(row, column);
    const arena = this.chunks[this.homes[row]];
    const before = arena[at];
    arena[at] = before + by;
    if (before === 0) this.nonZeroCells[row]++;
    else if (before === -by) this.nonZeroCells[row]--;
  }

  /**
   * Adds 1 to the row's cell in each column of `columns[from…to)`; an entry ~column subtracts 1 instead. It is faster
   * than one call of `add` for each entry.
   */
  addMany(row: number, columns: Int32Array, from: number, to: number): void {
    let next = from;
    while (next < to) {
      if (this.dense[row] === 1) next = this.incrementDense(row, columns, next, to);
      if (next === to) return;
      const column = columns[next++];
      if (column >= 0) this.add(row, column, 1);
      else this.add(row, ~column, -1);
    }
  }

  /**
   * Adds 1 to cells of a dense row, up to the first column that is negative or outside the row's array.
   * @returns the index of that column in `columns`, or `to`
   */
  private incrementDense(row: number, columns: Int32Array, from: number, to: number): number {
    const arena = this.chunks[this.homes[row]];
    const start = this.starts[row];
    const width = 1 << this.sizeClasses[row];
    let filled = 0;
    let next = from;
    for (; next < to; next++) {
      const column = columns[next];
      if (column < 0 || column >= width) break;
      if (arena[start + column]++ === 0) filled++;
    }
    this.nonZeroCells[row] += filled;
    return next;
  }

  /**
   * Copies the row's non-zero cells into `columns` and `counts` in no particular order. @returns the number of cells
   */
  read(row: number, columns: Int32Array, counts: Int32Array): number {
    const sizeClass = this.sizeClasses[row];
    if (sizeClass === 0) return 0;
    const arena = this.chunks[this.homes[row]];
    const start = this.starts[row];
    let cellCount = 0;
    if (this.dense[row] === 1) {
      const width = Math.min(1 << sizeClass, this.rows);
      for (let column = 0; column < width; column++) {
        const count = arena[start + column];
        if (count === 0) continue;
        columns[cellCount] = column;
        counts[cellCount++] = count;
      }
      return cellCount;
    }
    const end = start + (1 << sizeClass);
    for (let at = start; at < end; at += 2) {
      if (arena[at + 1] === 0) continue;
      columns[cellCount] = arena[at];
      counts[cellCount++] = arena[at + 1];
    }
    return cellCount;
  }

  /** Multiplies all counts of a row. */
  multiply(row: number, factor: number): void {
    const size = this.sizeClasses[row];
    if (size === 0) return;
    const arena = this.chunks[this.homes[row]];
    const start = this.starts[row];
    const isDense = this.dense[row] === 1;
    // A hash stores pairs of column and count.
    for (let at = isDense ? start : start + 1; at < start + (1 << size); at += isDense ? 1 : 2) arena[at] *= factor;
  }

  /**
   * Returns the offset of a cell's count within its chunk; first enlarges the row if it has no room for the cell.
   * Called if the row is a hash, or if it is dense and its array does not include the column.
   */
  private countOffset(row: number, column: number): number {
    if (this.dense[row] === 1 || 4 * (this.usedSlots[row] + 1) > 1 << this.sizeClasses[row]) this.rebuild(row);
    if (this.dense[row] === 1) return this.starts[row] + column;
    const at = this.slotOffset(row, column);
    const arena = this.chunks[this.homes[row]];
    if (arena[at] === EMPTY) {
      arena[at] = column;
      this.usedSlots[row]++;
    }
    return at + 1;
  }

  private slotOffset(row: number, column: number): number {
    const arena = this.chunks[this.homes[row]];
    const start = this.starts[row];
    const mask = (1 << (this.sizeClasses[row] - 1)) - 1;
    let slot = (Math.imul(column, 0x9e3779b1) >>> 7) & mask;
    for (;;) {
      const at = start + 2 * slot;
      const key = arena[at];
      if (key === column || key === EMPTY) return at;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Moves the row into a new block: a hash with room for twice its non-zero cells, or a dense array if that is not
   * larger.
   */
  private rebuild(row: number): void {
    const cells = this.nonZeroCells[row];
    const columns = new Int32Array(cells);
    const counts = new Int32Array(cells);
    this.read(row, columns, counts);
    this.setRow(row, columns, counts, cells);
  }

  /**
   * Replaces all cells of the row.
   * @param columns distinct columns
   * @param counts count of each column; not 0
   * @param cells number of entries of `columns` and `counts` that are used
   */
  setRow(row: number, columns: Int32Array, counts: Int32Array, cells: number): void {
    if (this.sizeClasses[row] > 0) {
      (this.freeBlocks[this.sizeClasses[row]] ??= []).push({ home: this.homes[row], start: this.starts[row] });
    }
    this.nonZeroCells[row] = cells;
    let hashClass = MIN_SIZE_CLASS;
    while (1 << hashClass < 8 * (cells + 1)) hashClass++;
    const denseClass = Math.max(MIN_SIZE_CLASS, 32 - Math.clz32(this.rows - 1));
    const isDense = denseClass <= hashClass;
    this.sizeClasses[row] = isDense ? denseClass : hashClass;
    this.dense[row] = isDense ? 1 : 0;
    this.usedSlots[row] = isDense ? 0 : cells;
    const { home, start } = this.allocate(this.sizeClasses[row]);
    this.homes[row] = home;
    this.starts[row] = start;
    const arena = this.chunks[home];
    arena.fill(0, start, start + (1 << this.sizeClasses[row]));
    if (isDense) {
      for (let cell = 0; cell < cells; cell++) arena[start + columns[cell]] = counts[cell];
      return;
    }
    for (let at = start; at < start + (1 << hashClass); at += 2) arena[at] = EMPTY;
    for (let cell = 0; cell < cells; cell++) {
      const at = this.slotOffset(row, columns[cell]);
      arena[at] = columns[cell];
      arena[at + 1] = counts[cell];
    }
  }

  private allocate(sizeClass: number): Block {
    const reused = this.freeBlocks[sizeClass]?.pop();
    if (reused !== undefined) return reused;
    const size = (1 << sizeClass) + PADDING;
    if (this.end + size > CHUNK) {
      this.chunks.push(new Int32Array(Math.max(CHUNK, size)));
      this.end = 0;
    }
    const block = { home: this.chunks.length - 1, start: this.end };
    this.end += size;
    return block;
  }
}

interface Block {
  readonly home: number;
  readonly start: number;
}
