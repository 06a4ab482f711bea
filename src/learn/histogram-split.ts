import { quantileEdges, quantileGroup } from './quantile-edges';

export const MAX_BINS = 256;

/** A design whose values are replaced by the numbers of their bins. */
export interface BinnedColumns {
  /** One array per column: the bin of each row. */
  readonly bins: readonly Uint8Array[];
  /** Inner edges of each column: a value is in bin b if it is above edge b − 1 and at most edge b. */
  readonly edges: readonly Float64Array[];
  /** Where each column's bins begin in a histogram; the last value is the histogram's length. */
  readonly offsets: Int32Array;
}

/**
 * @param binCount at most {@link MAX_BINS}
 * @param fitted the rows that determine the bins; validation rows must not
 */
export function binColumns(columns: readonly Float64Array[], binCount: number, fitted: Int32Array): BinnedColumns {
  const edges = columns.map((values) =>
    quantileEdges(
      Float64Array.from(fitted, (row) => values[row]),
      binCount,
    ),
  );
  const offsets = new Int32Array(columns.length + 1);
  edges.forEach((inner, c) => (offsets[c + 1] = offsets[c] + inner.length + 1));
  const bins = columns.map((values, c) => Uint8Array.from(values, (value) => quantileGroup(edges[c], value)));
  return { bins, edges, offsets };
}

/** First and second derivatives of the loss, and rows, in each bin of each column. */
export interface GradientHistogram {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly counts: Int32Array;
}

export function gradientHistogram(
  { bins, offsets }: BinnedColumns,
  rows: Int32Array,
  gradients: Float64Array,
  hessians: Float64Array,
): GradientHistogram {
  const size = offsets[offsets.length - 1];
  const gradientSums = new Float64Array(size);
  const hessianSums = new Float64Array(size);
  const counts = new Int32Array(size);
  // The derivatives of the rows are gathered once, and not once for each column.
  const rowGradients = valuesOf(gradients, rows);
  const rowHessians = valuesOf(hessians, rows);
  for (let c = 0; c < bins.length; c++) {
    const column = bins[c];
    const offset = offsets[c];
    for (let at = 0; at < rows.length; at++) {
      const cell = offset + column[rows[at]];
      gradientSums[cell] += rowGradients[at];
      hessianSums[cell] += rowHessians[at];
      counts[cell]++;
    }
  }
  return { gradients: gradientSums, hessians: hessianSums, counts };
}

function valuesOf(all: Float64Array, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) values[at] = all[rows[at]];
  return values;
}

/** Returns the histogram of a node's other child (LightGBM's subtraction: only the smaller child is counted). */
export function histogramDifference(node: GradientHistogram, child: GradientHistogram): GradientHistogram {
  return {
    gradients: node.gradients.map((value, cell) => value - child.gradients[cell]),
    hessians: node.hessians.map((value, cell) => value - child.hessians[cell]),
    counts: node.counts.map((value, cell) => value - child.counts[cell]),
  };
}

export interface SplitLimits {
  /** λ of the penalty λ/2 · v² on each leaf's value v. */
  readonly l2: number;
  readonly minLeafRows: number;
  /** Minimum sum of second derivatives in a leaf. */
  readonly minLeafHessian: number;
}

/** Sums over the rows of one node. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

export interface HistogramSplit {
  readonly feature: number;
  /** Rows of this bin and of lower bins go left. */
  readonly bin: number;
  /** Twice the reduction of the second-order approximation of the loss. */
  readonly gain: number;
  readonly left: NodeSums;
  readonly right: NodeSums;
}

/**
 * Finds the split with the greatest gain G_L² / (H_L + λ) + G_R² / (H_R + λ) − G² / (H + λ) (Chen & Guestrin, KDD 2016,
 * eq. 7). Of equal splits, the one of the lowest column and bin wins.
 * @returns undefined if no allowed split has a gain above 0
 */
export function findHistogramSplit(
  { offsets }: BinnedColumns,
  histogram: GradientHistogram,
  node: NodeSums,
  { l2, minLeafRows, minLeafHessian }: SplitLimits,
): HistogramSplit | undefined {
  const valueOf = (gradient: number, hessian: number): number => (gradient * gradient) / (hessian + l2);
  const nodeValue = valueOf(node.gradient, node.hessian);
  let best: { feature: number; bin: number; gain: number; left: NodeSums } | undefined;
  for (let feature = 0; feature + 1 < offsets.length; feature++) {
    let [gradient, hessian, rows] = [0, 0, 0];
    for (let cell = offsets[feature]; cell < offsets[feature + 1] - 1; cell++) {
      gradient += histogram.gradients[cell];
      hessian += histogram.hessians[cell];
      rows += histogram.counts[cell];
      if (rows < minLeafRows || hessian < minLeafHessian) continue;
      const rightHessian = node.hessian - hessian;
      if (node.rows - rows < minLeafRows || rightHessian < minLeafHessian) break;
      const gain = valueOf(gradient, hessian) + valueOf(node.gradient - gradient, rightHessian) - nodeValue;
      if (gain > (best?.gain ?? 0))
        best = { feature, bin: cell - offsets[feature], gain, left: { gradient, hessian, rows } };
    }
  }
  if (best === undefined) return undefined;
  const { left } = best;
  const right = {
    gradient: node.gradient - left.gradient,
    hessian: node.hessian - left.hessian,
    rows: node.rows - left.rows,
  };
  return { ...best, right };
}
