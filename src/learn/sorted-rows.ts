/**
 * The rows of a growing tree, sorted by every column. The rows of a node are the same range of each column's order, and
 * stay sorted when the node is split (SLIQ: Mehta, Agrawal, Rissanen, EDBT 1996).
 */
export class SortedRows {
  /** Number of rows; rows of weight 0 are left out. */
  readonly count: number;
  private readonly orders: readonly Int32Array[];
  private readonly goesLeft: Uint8Array;
  private readonly scratch: Int32Array;

  /** @param columns finite values, one array per column */
  constructor(columns: readonly Float64Array[], weights: Float64Array) {
    const used = Int32Array.from(weights.keys()).filter((row) => weights[row] > 0);
    this.count = used.length;
    // Without columns, one order still says which rows there are.
    this.orders = columns.length === 0 ? [used] : columns.map((values) => sortedBy(values, used));
    this.goesLeft = new Uint8Array(weights.length);
    this.scratch = new Int32Array(used.length);
  }

  /** The rows in the order of a column. */
  order(column: number): Int32Array {
    return this.orders[column];
  }

  forEach(from: number, to: number, use: (row: number) => void): void {
    for (let at = from; at < to; at++) use(this.orders[0][at]);
  }

  /** Moves the rows of a range that go left before the others, in every order. @returns where the others begin */
  partition(from: number, to: number, isLeft: (row: number) => boolean): number {
    const { goesLeft, scratch } = this;
    this.forEach(from, to, (row) => (goesLeft[row] = isLeft(row) ? 1 : 0));
    let middle = from;
    for (const order of this.orders) {
      let left = from;
      let right = 0;
      for (let at = from; at < to; at++) {
        const row = order[at];
        if (goesLeft[row] === 1) order[left++] = row;
        else scratch[right++] = row;
      }
      order.set(scratch.subarray(0, right), left);
      middle = left;
    }
    return middle;
  }
}

/** Returns the rows by ascending value; equal values by row number. */
function sortedBy(values: Float64Array, rows: Int32Array): Int32Array {
  return rows.slice().sort((a, b) => values[a] - values[b] || a - b);
}
