import { solveCholesky } from './cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { OuterProducts } from './outer-products';

export interface ChoiceProblem {
  /** One row for each alternative. The alternatives of one choice form a list and are contiguous. */
  readonly design: DesignMatrix;
  /** For each list: the index after its last row. The indexes are ascending, and no list is empty. */
  readonly ends: ArrayLike<number>;
  /** By list: the row that was chosen. */
  readonly chosen: ArrayLike<number>;
  /** Weight of each list, ≥ 0. */
  readonly weights: ArrayLike<number>;
  /** λ > 0 of the penalty λ/2 · ‖β‖², which is added to the SUM of the weighted losses. */
  readonly l2: number;
  /** The fit stops when the gradient's largest component, divided by the sum of weights, is at most this. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Initial coefficients, one for each column. Default: all 0. */
  readonly start?: Float64Array;
}

export interface ChoiceFit {
  readonly coefficients: Float64Array;
  /** Weighted mean of −ln P(chosen). */
  readonly logLoss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Conditional logistic regression, L2-regularised, by Newton's method with step halving. In each list exactly one row
 * was chosen, with P(row) = e^(xβ) / Σ over its list of e^(xβ) (McFadden, Conditional logit analysis of qualitative
 * choice behavior, 1974). A feature that is constant within every list has no effect, so there is no intercept. Lists
 * with only a uniform sample of the rows that were not chosen estimate the same β (McFadden 1978).
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitConditionalLogit(problem: ChoiceProblem): ChoiceFit {
  const { tolerance = 1e-8, maxIterations = 50, l2 } = problem;
  const totalWeight = checkedTotalWeight(problem);
  const size = problem.design.columns;
  const beta = Float64Array.from(problem.start ?? new Float64Array(size));
  const gradient = new Float64Array(size);
  const lists = new ChoiceLists(problem);
  let iterations = 0;
  let converged = false;
  let loss = lists.derivatives(beta, gradient, true);
  let maxGradient = largestOf(gradient);
  for (; iterations < maxIterations; iterations++) {
    converged = maxGradient <= tolerance * totalWeight;
    if (converged || totalWeight === 0) break;
    const step = Float64Array.from(gradient);
    // Because of the penalty, this fails only if rounding errors outweigh the curvature close to the optimum.
    if (!solveCholesky(lists.hessian.slice(), step)) break;
    const next = new Float64Array(size);
    let nextLoss = Infinity;
    // If no scale reduces the loss, the shortest step (about 2e-6 of the Newton step) is taken nevertheless.
    // `converged` then says whether the following steps reach the tolerance.
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      for (let c = 0; c < size; c++) next[c] = beta[c] - scale * step[c];
      nextLoss = lists.derivatives(next, gradient, false);
      if (nextLoss <= loss + 1e-12 * Math.abs(loss)) break;
    }
    beta.set(next);
    loss = nextLoss;
    const previousMaxGradient = maxGradient;
    maxGradient = largestOf(gradient);
    // A Hessian costs as much as `columns / 2` gradients, so it is reused while it still reduces the gradient enough.
    if (maxGradient > MAX_GRADIENT_SHARE * previousMaxGradient) lists.derivatives(beta, gradient, true);
  }
  const penalty = (l2 / 2) * beta.reduce((sum, b) => sum + b * b, 0);
  return {
    coefficients: beta,
    logLoss: totalWeight === 0 ? 0 : (loss - penalty) / totalWeight,
    iterations,
    converged,
  };
}

/** The Hessian is recomputed if a step leaves more than this share of the gradient's largest component. */
const MAX_GRADIENT_SHARE = 0.3;

function largestOf(gradient: Float64Array): number {
  return gradient.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
}

/** Checks the problem and returns the sum of its weights. @throws FitError NOT_FINITE or WRONG_SHAPE */
function checkedTotalWeight({ design, ends, chosen, weights, l2, start }: ChoiceProblem): number {
  if (!(l2 > 0)) throw new FitError('NOT_FINITE', `l2 is ${l2}: it must be above 0`);
  requireFinite(l2, 'l2');
  const lists = ends.length;
  if (chosen.length !== lists || weights.length !== lists || (lists > 0 ? ends[lists - 1] : 0) !== design.rows)
    throw new FitError(
      'WRONG_SHAPE',
      `${lists} lists of ${design.rows} rows, ${chosen.length} chosen, ${weights.length} weights`,
    );
  if (start !== undefined && start.length !== design.columns)
    throw new FitError(
      'WRONG_SHAPE',
      `start has ${start.length} coefficients; expected one for each of ${design.columns} columns`,
    );
  let total = 0;
  for (let l = 0, from = 0; l < lists; from = ends[l++]) {
    if (!(chosen[l] >= from && chosen[l] < ends[l]))
      throw new FitError(
        'WRONG_SHAPE',
        `the chosen row ${chosen[l]} of list ${l} is not one of its rows ${from} to ${ends[l] - 1}`,
      );
    if (!(weights[l] >= 0 && weights[l] < Infinity))
      throw new FitError('NOT_FINITE', `the weight of list ${l} is ${weights[l]}`);
    total += weights[l];
  }
  return total;
}

/**
 * Rows with a smaller probability are left out of the Hessian. The Hessian only determines the step; the gradient, and
 * so the optimum, includes all rows.
 */
const MIN_HESSIAN_PROBABILITY = 1e-3;

/** Computes the objective list by list, with buffers for one list. */
class ChoiceLists {
  private readonly rows: Float64Array;
  private readonly probabilities: Float64Array;
  private readonly row: Float64Array;
  private readonly mean: Float64Array;
  /** The lower triangle of the Hessian that {@link derivatives} has computed last. */
  readonly hessian: Float64Array;
  private readonly curvature: OuterProducts;

  constructor(private readonly problem: ChoiceProblem) {
    const { design, ends } = problem;
    let longest = 0;
    for (let l = 0, from = 0; l < ends.length; from = ends[l++]) longest = Math.max(longest, ends[l] - from);
    this.rows = new Float64Array(longest * design.columns);
    this.probabilities = new Float64Array(longest);
    this.row = new Float64Array(design.columns);
    this.mean = new Float64Array(design.columns);
    this.hessian = new Float64Array(design.columns ** 2);
    this.curvature = new OuterProducts(design.columns, this.hessian);
  }

  /** Fills the gradient and, if asked, {@link hessian} of the objective at β; returns the objective. */
  derivatives(beta: Float64Array, gradient: Float64Array, withHessian: boolean): number {
    const { hessian } = this;
    const { ends, weights, l2 } = this.problem;
    const size = beta.length;
    gradient.fill(0);
    if (withHessian) hessian.fill(0);
    let loss = 0;
    for (let c = 0; c < size; c++) {
      gradient[c] = l2 * beta[c];
      if (withHessian) hessian[c * size + c] = l2;
      loss += (l2 / 2) * beta[c] * beta[c];
    }
    for (let l = 0, from = 0; l < ends.length; from = ends[l++]) {
      if (weights[l] > 0) loss += weights[l] * this.addList(l, from, beta, gradient, withHessian);
    }
    if (withHessian) this.curvature.flush();
    return loss;
  }

  /** Adds the derivatives of one list; returns its −ln P(chosen). */
  private addList(l: number, from: number, beta: Float64Array, gradient: Float64Array, withHessian: boolean): number {
    const { ends, chosen, weights } = this.problem;
    const { rows, probabilities, mean } = this;
    const size = beta.length;
    const length = ends[l] - from;
    const weight = weights[l];
    const loss = this.readList(from, length, chosen[l], beta);
    mean.fill(0);
    for (let r = 0; r < length; r++) {
      const probability = probabilities[r];
      const at = r * size;
      for (let c = 0; c < size; c++) mean[c] += probability * rows[at + c];
    }
    const offset = (chosen[l] - from) * size;
    for (let c = 0; c < size; c++) gradient[c] += weight * (mean[c] - rows[offset + c]);
    if (withHessian) this.addCurvature(length, weight);
    return loss;
  }

  /** Adds the list's Σ P (x − x̄)(x − x̄)ᵀ to the Hessian. Rows are centred first to avoid cancellation. */
  private addCurvature(length: number, weight: number): void {
    const { rows, probabilities, mean, row, curvature } = this;
    const size = mean.length;
    for (let r = 0; r < length; r++) {
      if (probabilities[r] < MIN_HESSIAN_PROBABILITY) continue;
      const at = r * size;
      for (let c = 0; c < size; c++) row[c] = rows[at + c] - mean[c];
      curvature.add(row, weight * probabilities[r]);
    }
  }

  /** Copies the list's rows into `rows` and computes their probabilities; returns −ln P(chosen). */
  private readList(from: number, length: number, chosen: number, beta: Float64Array): number {
    const { rows, probabilities, row } = this;
    const { design } = this.problem;
    const size = beta.length;
    let largest = -Infinity;
    for (let r = 0; r < length; r++) {
      design.readRow(from + r, row);
      let utility = 0;
      for (let c = 0; c < size; c++) utility += beta[c] * row[c];
      if (!Number.isFinite(utility))
        throw new FitError('NOT_FINITE', `row ${from + r} holds a NaN, an infinity or a number that is too large`);
      rows.set(row, r * size);
      probabilities[r] = utility;
      if (utility > largest) largest = utility;
    }
    const chosenUtility = probabilities[chosen - from] - largest;
    let total = 0;
    for (let r = 0; r < length; r++) total += probabilities[r] = Math.exp(probabilities[r] - largest);
    for (let r = 0; r < length; r++) probabilities[r] /= total;
    return Math.log(total) - chosenUtility;
  }
}
