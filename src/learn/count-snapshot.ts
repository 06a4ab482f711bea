import type { CountMatrix } from './cooccurrence';
import type { CountChange } from './ease-counts';

interface Row {
  readonly version: number;
  readonly total: number;
  readonly columns: Int32Array;
  readonly counts: Int32Array;
}

const EMPTY_ROW: Row = { version: -1, total: 0, columns: new Int32Array(0), counts: new Int32Array(0) };

/** A copy of the counts as of the last call of {@link collectChanges}, which compares it with the current counts. */
export class CountSnapshot {
  private readonly rows: Row[] = [];
  /** The matrix to which the stored row versions belong. */
  private matrix: CountMatrix | undefined;
  private columns = new Int32Array(0);
  private counts = new Int32Array(0);
  private previousCounts = new Int32Array(0);

  /**
   * Returns the cells that have changed since the last call, each once, and updates the snapshot. The time is
   * proportional to the size of the changed rows. If the matrix is a different object than last time (with the same
   * items, and possibly more), all rows are compared.
   * @param maxChanges if there are more changes, the result is null; the snapshot is updated all the same
   */
  collectChanges(matrix: CountMatrix): CountChange[];
  collectChanges(matrix: CountMatrix, maxChanges: number): CountChange[] | null;
  collectChanges(matrix: CountMatrix, maxChanges = Infinity): CountChange[] | null {
    const isOtherMatrix = matrix !== this.matrix;
    this.matrix = matrix;
    if (this.columns.length < matrix.items) {
      this.columns = new Int32Array(matrix.items);
      this.counts = new Int32Array(matrix.items);
      this.previousCounts = new Int32Array(matrix.items);
    }
    const changes: CountChange[] = [];
    let tooMany = false;
    for (let i = 0; i < matrix.items; i++) {
      const previousRow = this.rows[i] ?? EMPTY_ROW;
      const version = matrix.rowVersion(i);
      if (isOtherMatrix || version !== previousRow.version)
        this.rows[i] = this.compare(matrix, i, version, previousRow, changes);
      if (changes.length <= maxChanges) continue;
      tooMany = true;
      changes.length = 0;
    }
    return tooMany ? null : changes;
  }

  /** Adds a row's changes. A cell is in the rows of both its items, so only the row with the smaller index adds it. */
  private compare(matrix: CountMatrix, i: number, version: number, previousRow: Row, changes: CountChange[]): Row {
    const { columns, counts, previousCounts } = this;
    const cells = matrix.readRow(i, columns, counts);
    const total = matrix.n(i);
    if (total !== previousRow.total) changes.push({ i, j: i, by: total - previousRow.total });
    if (this.updateInPlace(i, cells, previousRow, changes)) return { ...previousRow, version, total };
    previousRow.columns.forEach((column, at) => (previousCounts[column] = previousRow.counts[at]));
    for (let at = 0; at < cells; at++) {
      const j = columns[at];
      if (j > i && counts[at] !== previousCounts[j]) changes.push({ i, j, by: counts[at] - previousCounts[j] });
      previousCounts[j] = 0;
    }
    // The remaining cells had a count before and have none now.
    for (const j of previousRow.columns) {
      if (j > i && previousCounts[j] !== 0) changes.push({ i, j, by: -previousCounts[j] });
      previousCounts[j] = 0;
    }
    return { version, total, columns: columns.slice(0, cells), counts: counts.slice(0, cells) };
  }

  /** Handles the usual case: the row has the same cells in the same order as before. @returns false otherwise */
  private updateInPlace(i: number, cells: number, previousRow: Row, changes: CountChange[]): boolean {
    const { columns, counts } = this;
    if (cells !== previousRow.columns.length) return false;
    for (let at = 0; at < cells; at++) if (columns[at] !== previousRow.columns[at]) return false;
    for (let at = 0; at < cells; at++) {
      const by = counts[at] - previousRow.counts[at];
      if (by === 0) continue;
      previousRow.counts[at] = counts[at];
      if (columns[at] > i) changes.push({ i, j: columns[at], by });
    }
    return true;
  }
}
