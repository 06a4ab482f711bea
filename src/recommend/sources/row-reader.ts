import type { Cooccurrence } from '../../learn/cooccurrence';

/** Scratch for one row of a co-occurrence matrix at a time. */
export class RowReader {
  keys = new Int32Array(256);
  counts = new Int32Array(256);

  /** Reads row `item` into `keys` and `counts`; returns the number of cells. */
  read(matrix: Cooccurrence, item: number): number {
    if (matrix.items > this.keys.length) {
      this.keys = new Int32Array(matrix.items * 2);
      this.counts = new Int32Array(matrix.items * 2);
    }
    return matrix.readRow(item, this.keys, this.counts);
  }
}
