import type { CountMatrix } from './cooccurrence';
import type { CountChange } from './ease-counts';

interface Row {
  readonly version: number;
  readonly total: number;
  readonly columns: Int32Array;
  readonly counts: Int32Array;
}

const NO_ROW: Row = { version: -1, total: 0, columns: new Int32Array(0), counts: new Int32Array(0) };

/** Counts as they were when they were last looked at: what has moved since is found by comparing. */
export class CountSnapshot {
  private readonly rows: Row[] = [];
  /** Whose versions of rows are known. */
  private matrix: CountMatrix | undefined;
  private columns = new Int32Array(0);
  private counts = new Int32Array(0);
  private before = new Int32Array(0);

  /**
   * What has moved, each cell once, which is known from now on. Time: what the rows hold that have moved; of another
   * matrix than the time before (of the same items, and maybe more), what all rows hold.
   * @param most beyond it, null: all is known from now on just the same
   */
  changes(matrix: CountMatrix): CountChange[];
  changes(matrix: CountMatrix, most: number): CountChange[] | null;
  changes(matrix: CountMatrix, most = Infinity): CountChange[] | null {
    const another = matrix !== this.matrix;
    this.matrix = matrix;
    if (this.columns.length < matrix.items) {
      this.columns = new Int32Array(matrix.items);
      this.counts = new Int32Array(matrix.items);
      this.before = new Int32Array(matrix.items);
    }
    const changes: CountChange[] = [];
    let tooMany = false;
    for (let i = 0; i < matrix.items; i++) {
      const known = this.rows[i] ?? NO_ROW;
      const version = matrix.rowVersion(i);
      if (another || version !== known.version) this.rows[i] = this.compare(matrix, i, version, known, changes);
      if (changes.length <= most) continue;
      tooMany = true;
      changes.length = 0;
    }
    return tooMany ? null : changes;
  }

  /** A cell that has moved has moved in both its rows: that of the lesser item tells. */
  private compare(matrix: CountMatrix, i: number, version: number, known: Row, changes: CountChange[]): Row {
    const { columns, counts, before } = this;
    const cells = matrix.readRow(i, columns, counts);
    const total = matrix.n(i);
    if (total !== known.total) changes.push({ i, j: i, by: total - known.total });
    if (this.inPlace(i, cells, known, changes)) return { ...known, version, total };
    known.columns.forEach((column, at) => (before[column] = known.counts[at]));
    for (let at = 0; at < cells; at++) {
      const j = columns[at];
      if (j > i && counts[at] !== before[j]) changes.push({ i, j, by: counts[at] - before[j] });
      before[j] = 0;
    }
    // What is left had a count, and has none any more.
    for (const j of known.columns) {
      if (j > i && before[j] !== 0) changes.push({ i, j, by: -before[j] });
      before[j] = 0;
    }
    return { version, total, columns: columns.slice(0, cells), counts: counts.slice(0, cells) };
  }

  /** The usual case, where the row has the cells that it had, in the order that it had. @returns false where it has not */
  private inPlace(i: number, cells: number, known: Row, changes: CountChange[]): boolean {
    const { columns, counts } = this;
    if (cells !== known.columns.length) return false;
    for (let at = 0; at < cells; at++) if (columns[at] !== known.columns[at]) return false;
    for (let at = 0; at < cells; at++) {
      const by = counts[at] - known.counts[at];
      if (by === 0) continue;
      known.counts[at] = counts[at];
      if (columns[at] > i) changes.push({ i, j: columns[at], by });
    }
    return true;
  }
}
