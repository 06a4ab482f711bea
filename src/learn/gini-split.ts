import type { SortedRows } from './sorted-rows';

/** The rows of one node, and what is needed to split them. */
interface NodeRows {
  readonly columns: readonly Float64Array[];
  readonly rows: SortedRows;
  readonly labels: ArrayLike<number>;
  readonly weights: Float64Array;
  /** Sum of weights of each class in the node. */
  readonly counts: Float64Array;
  /** The node's range of each sorted order. */
  readonly from: number;
  readonly to: number;
  readonly minLeafRows: number;
}

interface GiniSplit {
  readonly feature: number;
  readonly threshold: number;
}

/**
 * Finds the split of a node with the least weighted Gini impurity of its children, by one scan of each column's order.
 * That impurity is least where Σ_c L_c² / L + Σ_c R_c² / R is greatest, with L_c and R_c the weights of class c on
 * either side.
 * @returns undefined if all rows are equal, or if no split leaves `minLeafRows` rows on both sides
 */
export function findGiniSplit(node: NodeRows): GiniSplit | undefined {
  const { columns, rows, labels, weights, counts, from, to, minLeafRows } = node;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const totalSquares = counts.reduce((sum, count) => sum + count * count, 0);
  const [left, right] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  let best: GiniSplit | undefined;
  let bestScore = -Infinity;
  for (let feature = 0; feature < columns.length; feature++) {
    const values = columns[feature];
    const order = rows.order(feature);
    if (values[order[from]] === values[order[to - 1]]) continue;
    left.fill(0);
    right.set(counts);
    let [leftWeight, leftSquares, rightWeight, rightSquares] = [0, 0, total, totalSquares];
    for (let at = from; at < to - minLeafRows; at++) {
      const row = order[at];
      const label = labels[row];
      const weight = weights[row];
      leftSquares += weight * (2 * left[label] + weight);
      rightSquares += weight * (weight - 2 * right[label]);
      left[label] += weight;
      right[label] -= weight;
      leftWeight += weight;
      rightWeight -= weight;
      const [value, nextValue] = [values[row], values[order[at + 1]]];
      if (value === nextValue || at + 1 - from < minLeafRows) continue;
      const score = leftSquares / leftWeight + rightSquares / rightWeight;
      if (score > bestScore) {
        bestScore = score;
        best = { feature, threshold: midpointBelow(value, nextValue) };
      }
    }
  }
  return best;
}

/** Returns the midpoint of two values, or `low` if rounding or overflow would move it to `high`. */
function midpointBelow(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
