import { FitError } from './fit-error';
import { kthLargest } from './select';
import { SymmetricMatrix } from './symmetric-matrix';
import type { Kernels } from './wasm';

/**
 * Number of rows whose products with the inverse are computed together, so that the inverse is read only once for all
 * of them.
 */
const BATCH = 64;

/** One observation: the features of a row and its positive targets. */
export interface BinaryRow {
  /** Distinct feature indexes. Each has the value 1 / √n, where n is the number of features of the row. */
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
  /**
   * Number of coefficients retained per target: those with the largest absolute values. Coefficients that tie with the
   * smallest of these are retained, too.
   */
  readonly coefficientsPerTarget: number;
}

/**
 * A sparse matrix of features × targets, stored by row: feature f has the cells k with starts[f] ≤ k < starts[f + 1].
 */
export interface SparseMatrix {
  readonly starts: Uint32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * Ridge regression of many binary targets on sparse binary rows: B = (Xᵀ W X + λI)⁻¹ Xᵀ W Y (Hoerl & Kennard 1970).
 * Each row of X is divided by the square root of its number of features; there is no intercept. With P = (Xᵀ W X +
 * λI)⁻¹, B is the sum over rows of w (P x) yᵀ, so rows without a target only affect P. Time:
 * features³ / 2 multiply-adds + features · (cells of X and Y). Memory: 4 features² + 4 features · targets bytes.
 * @throws FitError RANK_DEFICIENT if λ is too small
 */
export function fitSparseRidge(problem: SparseRidgeProblem, kernels: Kernels): SparseMatrix {
  const { rows, features, targets, l2, coefficientsPerTarget } = problem;
  const inverse = gram(rows, features, l2, kernels);
  if (!inverse.invert()) {
    throw new FitError('RANK_DEFICIENT', `an l2 of ${l2} is too small for ${features} features: increase it`);
  }
  // Coefficients are stored by target, so that the innermost loop accesses memory sequentially.
  const weights = new Float32Array(targets * features);
  const informative = rows.filter((row) => row.targets.length > 0 && row.features.length > 0);
  for (let from = 0; from < informative.length; from += BATCH) {
    const batch = informative.slice(from, from + BATCH);
    const images = inverse.timesSparse(batch.map((row) => ({ members: row.features.slice().sort() })));
    batch.forEach((row, at) => {
      const image = images[at];
      const scale = row.weight / Math.sqrt(row.features.length);
      for (const target of row.targets) {
        const start = target * features;
        for (let f = 0; f < features; f++) weights[start + f] += scale * image[f];
      }
    });
  }
  return largestPerTarget(weights, features, targets, coefficientsPerTarget);
}

/** Xᵀ W X + λI */
function gram(rows: readonly BinaryRow[], features: number, l2: number, kernels: Kernels): SymmetricMatrix {
  const a = new SymmetricMatrix(features, kernels);
  for (const row of rows) {
    const value = row.weight / row.features.length;
    const ascending = row.features.slice().sort();
    for (let i = 0; i < ascending.length; i++) {
      for (let j = 0; j <= i; j++) a.set(ascending[i], ascending[j], a.get(ascending[i], ascending[j]) + value);
    }
  }
  for (let f = 0; f < features; f++) a.set(f, f, a.get(f, f) + l2);
  return a;
}

function largestPerTarget(
  weights: Float32Array,
  features: number,
  targets: number,
  coefficientsPerTarget: number,
): SparseMatrix {
  const magnitudes = new Float64Array(features);
  const thresholds = new Float64Array(targets);
  const starts = new Uint32Array(features + 1);
  for (let t = 0; t < targets; t++) {
    const column = weights.subarray(t * features, (t + 1) * features);
    let nonZeroCount = 0;
    for (const value of column) if (value !== 0) magnitudes[nonZeroCount++] = Math.abs(value);
    thresholds[t] = Math.max(Number.MIN_VALUE, kthLargest(magnitudes, nonZeroCount, coefficientsPerTarget));
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
