import type { DecisionNodeBuilder } from './decision-nodes';
import {
  findHistogramSplit,
  gradientHistogram,
  histogramDifference,
  type BinnedColumns,
  type GradientHistogram,
  type HistogramSplit,
  type NodeSums,
  type SplitLimits,
} from './histogram-split';

export interface TreeLimits extends SplitLimits {
  readonly maxLeaves: number;
  readonly maxDepth: number;
}

export interface Derivatives {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** A leaf of a grown tree, with its rows. */
export interface GradientLeaf {
  readonly node: number;
  /** Row numbers: a view of the array that {@link growGradientTree} was given. */
  readonly rows: Int32Array;
  /** The value that minimises the second-order approximation of the loss: −G / (H + λ). */
  readonly value: number;
}

interface OpenLeaf {
  readonly node: number;
  readonly rows: Int32Array;
  readonly depth: number;
  readonly sums: NodeSums;
  readonly histogram: GradientHistogram;
  readonly split: HistogramSplit | undefined;
}

/**
 * Adds one regression tree to the builder. It grows leaf by leaf: the leaf with the greatest gain is split next, until
 * the limits are reached or no split has a gain (Ke et al., LightGBM, NIPS 2017).
 * @param rows the rows to fit; reordered in place
 */
export function growGradientTree(
  builder: DecisionNodeBuilder,
  columns: BinnedColumns,
  rows: Int32Array,
  { gradients, hessians }: Derivatives,
  limits: TreeLimits,
): GradientLeaf[] {
  const scratch = new Int32Array(rows.length);
  const openLeaf = (leaf: Omit<OpenLeaf, 'split'>): OpenLeaf => ({
    ...leaf,
    split:
      leaf.depth < limits.maxDepth && leaf.rows.length >= 2 * limits.minLeafRows
        ? findHistogramSplit(columns, leaf.histogram, leaf.sums, limits)
        : undefined,
  });
  const root = openLeaf({
    node: builder.addLeaf(),
    rows,
    depth: 0,
    sums: sumsOf(rows, gradients, hessians),
    histogram: gradientHistogram(columns, rows, gradients, hessians),
  });
  const leaves = [root];
  while (leaves.length < limits.maxLeaves) {
    const place = indexOfBest(leaves);
    const { split, node, histogram, depth, rows: leafRows } = leaves[place];
    if (split === undefined) break;
    const { feature, bin } = split;
    const middle = partition(leafRows, columns.bins[feature], bin, scratch);
    const [leftRows, rightRows] = [leafRows.subarray(0, middle), leafRows.subarray(middle)];
    const isLeftSmaller = leftRows.length <= rightRows.length;
    const smaller = gradientHistogram(columns, isLeftSmaller ? leftRows : rightRows, gradients, hessians);
    const larger = histogramDifference(histogram, smaller);
    const [leftHistogram, rightHistogram] = isLeftSmaller ? [smaller, larger] : [larger, smaller];
    const [left, right] = [builder.addLeaf(), builder.addLeaf()];
    builder.setTest(node, feature, columns.edges[feature][bin]);
    builder.setChild(node, 'left', left);
    builder.setChild(node, 'right', right);
    const children = { depth: depth + 1 };
    leaves[place] = openLeaf({ ...children, node: left, rows: leftRows, sums: split.left, histogram: leftHistogram });
    leaves.push(openLeaf({ ...children, node: right, rows: rightRows, sums: split.right, histogram: rightHistogram }));
  }
  return leaves.map(({ node, rows: leafRows, sums }) => ({
    node,
    rows: leafRows,
    value: -sums.gradient / (sums.hessian + limits.l2),
  }));
}

function sumsOf(rows: Int32Array, gradients: Float64Array, hessians: Float64Array): NodeSums {
  let [gradient, hessian] = [0, 0];
  for (const row of rows) {
    gradient += gradients[row];
    hessian += hessians[row];
  }
  return { gradient, hessian, rows: rows.length };
}

function indexOfBest(leaves: readonly OpenLeaf[]): number {
  let best = 0;
  for (let at = 1; at < leaves.length; at++)
    if ((leaves[at].split?.gain ?? 0) > (leaves[best].split?.gain ?? 0)) best = at;
  return best;
}

/** Moves the rows whose bin is at most `bin` to the front, in their order. @returns how many these are */
function partition(rows: Int32Array, bins: Uint8Array, bin: number, scratch: Int32Array): number {
  let [left, right] = [0, 0];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (bins[row] <= bin) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left;
}
