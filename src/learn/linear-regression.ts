import { factorCholesky, solveFactored } from './blocked-cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { leastSquares } from './householder-qr';

export interface LinearProblem {
  readonly design: DesignMatrix;
  /** Target value of each row. */
  readonly targets: ArrayLike<number>;
  /** Weight of each row, ≥ 0. Default 1. */
  readonly weights?: ArrayLike<number>;
  /**
   * λ of the penalty λ ‖β‖², which is added to the weighted sum of squares (scikit-learn's alpha). Default 0: ordinary
   * least squares.
   */
  readonly l2?: number;
}

export interface LinearFit {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/**
 * Linear regression: min Σ w (y − β₀ − xβ)² + λ ‖β‖². The intercept is not penalised. X and y are centred by their
 * weighted means. Then β comes from a QR factorisation of the centred X stacked on √λ I, or, if there are more columns
 * than rows, from β = Xᵀ (X Xᵀ + λI)⁻¹ y; β₀ = ȳ − x̄β (Hastie, Tibshirani, Friedman: The Elements of Statistical
 * Learning, §3.4.1).
 * @throws FitError NOT_FINITE, WRONG_SHAPE, or RANK_DEFICIENT if λ = 0 and the columns are linearly dependent
 */
export function fitLinear(problem: LinearProblem): LinearFit {
  const { design, l2 = 0 } = problem;
  requireFinite(l2, 'l2');
  if (l2 < 0) throw new FitError('WRONG_SHAPE', `l2 must not be negative; got ${l2}`);
  if (problem.targets.length !== design.rows) {
    throw new FitError(
      'WRONG_SHAPE',
      `the design has ${design.rows} rows, but there are ${problem.targets.length} targets`,
    );
  }
  const centred = centre(problem);
  const coefficients = design.columns > design.rows ? solveWide(centred, l2) : solveTall(centred, l2);
  return { intercept: interceptOf(centred.mean, centred.targetMean, coefficients), coefficients };
}

export function predictLinear(fit: LinearFit, row: ArrayLike<number>): number {
  return fit.coefficients.reduce((sum, beta, c) => sum + beta * row[c], fit.intercept);
}

/** The weighted and centred problem: `x` is √w (x − x̄), column-major, and `y` is √w (y − ȳ). */
interface Centred {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly mean: Float64Array;
  readonly targetMean: number;
}

function centre({ design, targets, weights }: LinearProblem): Centred {
  const { rows, columns } = design;
  const x = new Float64Array(rows * columns);
  const y = new Float64Array(rows);
  const mean = new Float64Array(columns);
  const row = new Float64Array(columns);
  let targetMean = 0;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    const weight = weights === undefined ? 1 : weights[r];
    requireFinite(targets[r], `the target of row ${r}`);
    if (!(weight >= 0 && weight < Infinity)) throw new FitError('NOT_FINITE', `the weight of row ${r} is ${weight}`);
    design.readRow(r, row);
    for (let c = 0; c < columns; c++) {
      requireFinite(row[c], `row ${r}, column ${c}`);
      x[c * rows + r] = row[c];
      mean[c] += weight * row[c];
    }
    targetMean += weight * targets[r];
    total += weight;
  }
  if (total === 0) throw new FitError('WRONG_SHAPE', 'at least one row must have a weight above 0');
  for (let c = 0; c < columns; c++) mean[c] /= total;
  targetMean /= total;
  const roots = Float64Array.from({ length: rows }, (_, r) => Math.sqrt(weights === undefined ? 1 : weights[r]));
  for (let r = 0; r < rows; r++) y[r] = roots[r] * (targets[r] - targetMean);
  for (let c = 0; c < columns; c++)
    mean[c] += centreColumn(x.subarray(c * rows, (c + 1) * rows), roots, mean[c], total);
  return { rows, columns, x, y, mean, targetMean };
}

/**
 * Replaces x by √w (x − x̄). It first corrects the rounding error of x̄ (Chan, Golub, LeVeque 1983); otherwise a
 * constant column would contain rounding errors that look like values.
 * @returns the correction of the mean
 */
function centreColumn(x: Float64Array, roots: Float64Array, mean: number, total: number): number {
  let correction = 0;
  for (let r = 0; r < x.length; r++) correction += (roots[r] * roots[r] * (x[r] - mean)) / total;
  let rawSquares = 0;
  let centredSquares = 0;
  for (let r = 0; r < x.length; r++) {
    rawSquares += (roots[r] * x[r]) ** 2;
    x[r] = roots[r] * (x[r] - (mean + correction));
    centredSquares += x[r] * x[r];
  }
  if (isRoundingError(centredSquares, rawSquares)) x.fill(0);
  return correction;
}

/**
 * Whether a sum of squared deviations from the mean contains only rounding errors, because all numbers are equal. `raw`
 * is the sum of the squared numbers.
 */
function isRoundingError(centred: number, raw: number): boolean {
  return centred <= (4 * Number.EPSILON) ** 2 * raw;
}

function solveTall({ rows, columns, x, y }: Centred, l2: number): Float64Array {
  let a = x;
  let b = y;
  let height = rows;
  if (l2 > 0) {
    // Ridge regression is least squares with one extra row √λ eᵢ, whose target is 0, for each column i.
    height = rows + columns;
    a = new Float64Array(height * columns);
    b = new Float64Array(height);
    b.set(y);
    for (let c = 0; c < columns; c++) {
      a.set(x.subarray(c * rows, (c + 1) * rows), c * height);
      a[c * height + rows + c] = Math.sqrt(l2);
    }
  }
  const result = leastSquares(a, height, columns, b);
  if ('dependentColumn' in result) throw rankDeficient(result.dependentColumn);
  return result.solution;
}

function solveWide({ rows, columns, x, y }: Centred, l2: number): Float64Array {
  if (l2 === 0) {
    throw new FitError('RANK_DEFICIENT', `${rows} rows can't determine ${columns} coefficients: set l2 above 0`);
  }
  const gram = new Float64Array(rows * rows);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < rows; i++) {
      const xi = x[c * rows + i];
      for (let j = 0; j <= i; j++) gram[i * rows + j] += xi * x[c * rows + j];
    }
  }
  for (let i = 0; i < rows; i++) gram[i * rows + i] += l2;
  const dual = y.slice();
  if (factorCholesky(gram, rows) >= 0) throw new FitError('RANK_DEFICIENT', `an l2 of ${l2} is too small: increase it`);
  solveFactored(gram, dual);
  return Float64Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += x[c * rows + r] * dual[r];
    return sum;
  });
}

function interceptOf(mean: Float64Array, targetMean: number, coefficients: Float64Array): number {
  return coefficients.reduce((rest, beta, c) => rest - beta * mean[c], targetMean);
}

function rankDeficient(column: number): FitError {
  return new FitError(
    'RANK_DEFICIENT',
    `column ${column} is constant or depends linearly on the others: remove it, or set l2 above 0`,
  );
}
