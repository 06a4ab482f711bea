import { grown } from './grown';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';

/** The distinct changed cells. The columns of row r are `columns[starts[r]…starts[r + 1])`, ascending. */
export interface DistinctCells {
  readonly starts: Uint32Array;
  readonly columns: Int32Array;
}

/** Maximum number of entries. More changes would take more bytes than the whole matrix. */
const MAX_ENTRIES = 1 << 21;

/**
 * A log of changed cells (i ≤ j) of a symmetric matrix. Cells are appended as they change, and duplicates are removed
 * when the log is read. An append costs two memory writes; a hash set would cost a probe per cell.
 */
export class ChangedCellLog {
  private entries = new Int32Array(1024);
  private count = 0;
  hasOverflowed = false;

  get size(): number {
    return this.count;
  }

  add(i: number, j: number): void {
    if (this.hasOverflowed) return;
    if (2 * this.count === this.entries.length) {
      if (this.count >= MAX_ENTRIES) {
        this.hasOverflowed = true;
        return;
      }
      this.entries = grown(this.entries, 2 * this.entries.length);
    }
    this.entries[2 * this.count] = i;
    this.entries[2 * this.count + 1] = j;
    this.count++;
  }

  /** Marks the log as overflowed because too much has changed. The log is then incomplete. */
  markOverflowed(): void {
    this.hasOverflowed = true;
  }

  /** Returns the distinct cells, by row and then by column, in steps. */
  *distinctInSteps(rows: number): ResumableTask<DistinctCells> {
    const { entries, count } = this;
    const starts = new Uint32Array(rows + 1);
    for (let at = 0; at < count; at++) starts[entries[2 * at] + 1]++;
    for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
    const ends = starts.slice(0, rows);
    const columns = new Int32Array(count);
    for (let at = 0; at < count; at++) columns[ends[entries[2 * at]]++] = entries[2 * at + 1];
    yield;
    let distinctCells = 0;
    let stepEnd = ITEMS_PER_STEP;
    for (let row = 0; row < rows; row++) {
      const from = starts[row];
      const sorted = columns.subarray(from, ends[row]).sort();
      starts[row] = distinctCells;
      for (let at = 0; at < sorted.length; at++) {
        const column = sorted[at];
        if (distinctCells === starts[row] || columns[distinctCells - 1] !== column) columns[distinctCells++] = column;
      }
      if (ends[row] < stepEnd) continue;
      stepEnd = ends[row] + ITEMS_PER_STEP;
      yield;
    }
    starts[rows] = distinctCells;
    return { starts, columns };
  }

  clear(): void {
    this.count = 0;
    this.hasOverflowed = false;
    if (this.entries.length > 1 << 16) this.entries = new Int32Array(1024);
  }
}
