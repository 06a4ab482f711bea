import { solveCholesky } from './cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { OuterProducts } from './outer-products';

export interface LogisticProblem {
  readonly design: DesignMatrix;
  /** Label of each row: 0 or 1. */
  readonly labels: ArrayLike<number>;
  /** Weight of each row, ≥ 0. */
  readonly weights: ArrayLike<number>;
  /**
   * λ of the penalty λ/2 · ‖β‖², which is added to the SUM of the weighted losses (scikit-learn's 1/C). The intercept
   * is not penalised.
   */
  readonly l2: number;
  /** The fit stops when the gradient's largest component, divided by the sum of weights, is at most this. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Initial values: another fit of the same columns. */
  readonly start?: LogisticFit;
}

export interface LogisticFit {
  readonly intercept: number;
  readonly coefficients: Float64Array;
  /** Weighted mean of −ln p(label). */
  readonly logLoss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * L2-regularised logistic regression by Newton's method, i.e. iteratively re-weighted least squares (Hastie,
 * Tibshirani, Friedman: The Elements of Statistical Learning, §4.4.1). Step halving makes separable data converge too.
 * @throws FitError NOT_FINITE, WRONG_SHAPE, or RANK_DEFICIENT if l2 = 0 and the columns are linearly dependent
 */
export function fitLogistic(problem: LogisticProblem): LogisticFit {
  const { tolerance = 1e-10, maxIterations = 50 } = problem;
  const size = problem.design.columns + 1;
  const totalWeight = checkedTotalWeight(problem);

  // The coefficients, followed by the intercept.
  const beta = new Float64Array(size);
  if (problem.start !== undefined) {
    beta.set(problem.start.coefficients);
    beta[size - 1] = problem.start.intercept;
  }
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let iterations = 0;
  let converged = false;
  let loss = derivatives(problem, beta, gradient, hessian);
  for (; iterations < maxIterations; iterations++) {
    converged = gradient.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0) <= tolerance * totalWeight;
    if (converged || totalWeight === 0) break;
    const step = Float64Array.from(gradient);
    if (!solveCholesky(hessian, step)) {
      // With a penalty, this fails only if rounding errors outweigh the curvature close to the optimum.
      if (problem.l2 > 0) break;
      throw new FitError('RANK_DEFICIENT', 'columns depend on each other, or separate the labels: set l2 above 0');
    }
    const next = new Float64Array(size);
    let nextLoss = Infinity;
    // If no scale reduces the loss, the shortest step (about 2e-6 of the Newton step) is taken nevertheless.
    // `converged` then says whether the following steps reach the tolerance.
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      for (let c = 0; c < size; c++) next[c] = beta[c] - scale * step[c];
      nextLoss = derivatives(problem, next, gradient, hessian);
      if (nextLoss <= loss + 1e-12 * Math.abs(loss)) break;
    }
    beta.set(next);
    loss = nextLoss;
  }
  const coefficients = beta.slice(0, size - 1);
  const penalty = (problem.l2 / 2) * coefficients.reduce((sum, b) => sum + b * b, 0);
  return {
    intercept: beta[size - 1],
    coefficients,
    logLoss: (loss - penalty) / totalWeight,
    iterations,
    converged,
  };
}

/** Checks the problem and returns the sum of its weights. @throws FitError NOT_FINITE or WRONG_SHAPE */
function checkedTotalWeight({ design, labels, weights, l2 }: LogisticProblem): number {
  requireFinite(l2, 'l2');
  if (labels.length !== design.rows || weights.length !== design.rows) {
    throw new FitError('WRONG_SHAPE', `${design.rows} rows, ${labels.length} labels, ${weights.length} weights`);
  }
  let total = 0;
  for (let r = 0; r < design.rows; r++) {
    if (labels[r] !== 0 && labels[r] !== 1)
      throw new FitError('WRONG_SHAPE', `the label of row ${r} is ${labels[r]}; it must be 0 or 1`);
    if (!(weights[r] >= 0 && weights[r] < Infinity)) {
      throw new FitError('NOT_FINITE', `the weight of row ${r} is ${weights[r]}`);
    }
    total += weights[r];
  }
  return total;
}

/** Fills the gradient and the lower triangle of the Hessian of the objective at β; returns the objective. */
function derivatives(
  problem: LogisticProblem,
  beta: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const { design, labels, weights, l2 } = problem;
  const size = beta.length;
  const interceptIndex = size - 1;
  gradient.fill(0);
  hessian.fill(0);
  let loss = 0;
  for (let c = 0; c < interceptIndex; c++) {
    gradient[c] = l2 * beta[c];
    hessian[c * size + c] = l2;
    loss += (l2 / 2) * beta[c] * beta[c];
  }
  // A tiny ridge ensures that the intercept's pivot is positive even if the model is certain about every row.
  hessian[interceptIndex * size + interceptIndex] = 1e-12;
  // The last cell of each row belongs to the intercept.
  const row = new Float64Array(size);
  row[interceptIndex] = 1;
  const cells = row.subarray(0, interceptIndex);
  const curvatures = new OuterProducts(size, hessian);
  for (let r = 0; r < design.rows; r++) {
    const weight = weights[r];
    if (weight === 0) continue;
    design.readRow(r, cells);
    let margin = 0;
    for (let c = 0; c < size; c++) margin += beta[c] * row[c];
    if (!Number.isFinite(margin))
      throw new FitError('NOT_FINITE', `row ${r} holds a NaN, an infinity or a number that is too large`);
    const probability = 1 / (1 + Math.exp(-margin));
    const negatedMargin = labels[r] === 1 ? -margin : margin;
    loss += weight * (negatedMargin > 30 ? negatedMargin : Math.log1p(Math.exp(negatedMargin)));
    const residual = weight * (probability - labels[r]);
    for (let c = 0; c < size; c++) gradient[c] += residual * row[c];
    curvatures.add(row, weight * probability * (1 - probability));
  }
  curvatures.flush();
  return loss;
}
