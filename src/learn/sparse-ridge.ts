import { invertPositiveDefinite } from './blocked-cholesky';
import { FitError } from './fit-error';
import { kthLargest } from './select';

/** One observation: which features a row has, and which targets came true. */
export interface BinaryRow {
  /** Distinct feature indexes; each has the value 1 / √(their number). */
  readonly features: Int32Array;
  /** Distinct target indexes; each has the value 1. */
  readonly targets: Int32Array;
  readonly weight: number;
}

export interface SparseRidgeProblem {
  readonly rows: readonly BinaryRow[];
  readonly features: number;
  readonly targets: number;
  /** λ > 0. */
  readonly l2: number;
  /** Coefficients kept for each target: those of the largest size. */
  readonly keep: number;
  /** A⁻¹ in place of a symmetric positive definite A (n × n, row-major); −1 if it went well. Default: in TypeScript. */
  readonly invert?: (a: Float64Array, n: number) => number;
}

/** A sparse matrix features × targets by rows: feature f's cells are starts[f] … starts[f + 1] − 1. */
export interface SparseMatrix {
  readonly starts: Uint32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * Ridge regression of many binary targets on sparse binary rows: B = (Xᵀ W X + λI)⁻¹ Xᵀ W Y (Hoerl & Kennard 1970), rows
 * of X divided by the root of their length, no intercept. With P = (Xᵀ W X + λI)⁻¹, B is the sum over rows of
 * w (P x) yᵀ, so that only rows with a target cost anything beyond the inverse. Time features³ + features · (cells of X
 * and Y), memory 8 features² + 4 features · targets bytes.
 * @throws FitError RANK_DEFICIENT where λ is too small
 */
export function fitSparseRidge(problem: SparseRidgeProblem): SparseMatrix {
  const { rows, features, targets, l2, keep, invert = invertPositiveDefinite } = problem;
  const inverse = gram(rows, features, l2);
  if (invert(inverse, features) >= 0) {
    throw new FitError('RANK_DEFICIENT', `an l2 of ${l2} is too small to tell ${features} features apart`);
  }
  // By target, so that adding a row's part runs along memory.
  const weights = new Float32Array(targets * features);
  const image = new Float64Array(features);
  for (const row of rows) {
    if (row.targets.length === 0 || row.features.length === 0) continue;
    image.fill(0);
    const scale = row.weight / Math.sqrt(row.features.length);
    for (const feature of row.features) {
      const from = feature * features;
      for (let f = 0; f < features; f++) image[f] += scale * inverse[from + f];
    }
    for (const target of row.targets) {
      const from = target * features;
      for (let f = 0; f < features; f++) weights[from + f] += image[f];
    }
  }
  return largestPerTarget(weights, features, targets, keep);
}

/** Xᵀ W X + λI, lower triangle. */
function gram(rows: readonly BinaryRow[], features: number, l2: number): Float64Array {
  const a = new Float64Array(features * features);
  for (const row of rows) {
    const value = row.weight / row.features.length;
    const ascending = row.features.slice().sort();
    for (let i = 0; i < ascending.length; i++) {
      const from = ascending[i] * features;
      for (let j = 0; j <= i; j++) a[from + ascending[j]] += value;
    }
  }
  for (let f = 0; f < features; f++) a[f * features + f] += l2;
  return a;
}

function largestPerTarget(weights: Float32Array, features: number, targets: number, keep: number): SparseMatrix {
  const sizes = new Float64Array(features);
  const thresholds = new Float64Array(targets);
  const starts = new Uint32Array(features + 1);
  for (let t = 0; t < targets; t++) {
    const column = weights.subarray(t * features, (t + 1) * features);
    let filled = 0;
    for (const value of column) if (value !== 0) sizes[filled++] = Math.abs(value);
    thresholds[t] = Math.max(Number.MIN_VALUE, kthLargest(sizes, filled, keep));
    for (let f = 0; f < features; f++) if (Math.abs(column[f]) >= thresholds[t]) starts[f + 1]++;
  }
  for (let f = 0; f < features; f++) starts[f + 1] += starts[f];
  const columns = new Int32Array(starts[features]);
  const values = new Float32Array(starts[features]);
  const next = starts.slice(0, features);
  for (let t = 0; t < targets; t++) {
    for (let f = 0; f < features; f++) {
      const value = weights[t * features + f];
      if (Math.abs(value) < thresholds[t]) continue;
      columns[next[f]] = t;
      values[next[f]++] = value;
    }
  }
  return { starts, columns, values };
}
