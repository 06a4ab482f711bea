import { distinctLabels } from './distinct-labels';
import { FitError, requirePositive } from './fit-error';
import { KernelSvm, type SvmKernel } from './kernel-svm';
import type { Libsvm } from './libsvm';

export interface KernelSvmProblem {
  /** Row-major. Standardise the columns first, because both kernels depend on their scales. */
  readonly rows: Float64Array;
  readonly columns: number;
  /** One 32-bit integer per row; at least two different ones. */
  readonly labels: ArrayLike<number>;
  readonly kernel: 'linear' | 'rbf';
  /** C > 0 of the objective. The default is 1. */
  readonly cost?: number;
  /** γ > 0 of the RBF kernel. The default 'scale' is 1 / (columns · variance of all cells), as in scikit-learn. */
  readonly gamma?: number | 'scale';
  /** The fit stops when no pair of rows violates the optimality conditions by more than this. The default is 0.001. */
  readonly tolerance?: number;
}

/** The time of a fit grows with up to the cube of the rows. Callers sample. */
export const MAX_KERNEL_SVM_ROWS = 10_000;

/**
 * Fits min ½ ‖w‖² + C Σ ξ_i subject to y_i (w·φ(x_i) + b) ≥ 1 − ξ_i, ξ_i ≥ 0 (Cortes & Vapnik 1995) by libsvm's
 * sequential minimal optimisation, for each pair of classes. Blocks for seconds with thousands of rows.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitKernelSvm(problem: KernelSvmProblem, libsvm: Libsvm): KernelSvm {
  const { rows, columns, labels, kernel: kind, cost = 1, tolerance = 1e-3 } = problem;
  checkRows(problem);
  requirePositive(cost, 'cost');
  requirePositive(tolerance, 'tolerance');
  const classes = distinctLabels(labels);
  const kernel: SvmKernel = kind === 'linear' ? { kind } : { kind, gamma: gammaOf(problem) };

  // libsvm orders the classes by first appearance, so the rows are grouped by class.
  const classOf = new Map(Array.from(classes, (label, at) => [label, at]));
  const order = Int32Array.from(labels, (_, row) => row).sort((a, b) => labels[a] - labels[b] || a - b);
  const grouped = new Float64Array(rows.length);
  order.forEach((row, at) => grouped.set(rows.subarray(row * columns, (row + 1) * columns), at * columns));
  const machines = libsvm.fitClassifier({
    rows: grouped,
    columns,
    classes: order.map((row) => classOf.get(labels[row]) ?? 0),
    gamma: kernel.kind === 'rbf' ? kernel.gamma : undefined,
    cost,
    tolerance,
  });

  const starts = new Int32Array(classes.length + 1);
  machines.supportCounts.forEach((count, at) => (starts[at + 1] = starts[at] + count));
  const supportVectors = new Float64Array(machines.supportRows.length * columns);
  machines.supportRows.forEach((row, s) =>
    supportVectors.set(grouped.subarray(row * columns, (row + 1) * columns), s * columns),
  );
  // In libsvm, y is 1 for the smaller class.
  const coefficients = machines.coefficients.map((value) => -value);
  return new KernelSvm(kernel, columns, classes, starts, supportVectors, coefficients, machines.rho);
}

function checkRows({ rows, columns, labels }: KernelSvmProblem): void {
  if (rows.length !== labels.length * columns)
    throw new FitError('WRONG_SHAPE', `${rows.length} cells, but ${labels.length} labels × ${columns} columns`);
  if (labels.length > MAX_KERNEL_SVM_ROWS) {
    throw new FitError(
      'WRONG_SHAPE',
      `a kernel SVM takes at most ${MAX_KERNEL_SVM_ROWS} rows; got ${labels.length}: sample them`,
    );
  }
  for (let at = 0; at < rows.length; at++)
    if (!Number.isFinite(rows[at]))
      throw new FitError('NOT_FINITE', `row ${Math.floor(at / columns)}, column ${at % columns} is ${rows[at]}`);
}

function gammaOf({ rows, columns, gamma = 'scale' }: KernelSvmProblem): number {
  if (gamma !== 'scale') {
    requirePositive(gamma, 'gamma');
    return gamma;
  }
  const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
  const variance = rows.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length;
  return variance > 0 ? 1 / (columns * variance) : 1;
}
