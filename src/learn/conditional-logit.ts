import { solveCholesky } from './cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';

export interface ChoiceProblem {
  /** One row for each alternative, list after list. */
  readonly design: DesignMatrix;
  /** Per list, the row after its last; ascending. No list is empty. */
  readonly ends: ArrayLike<number>;
  /** Per list, the row that was chosen. */
  readonly chosen: ArrayLike<number>;
  /** ≥ 0 per list. */
  readonly weights: ArrayLike<number>;
  /** λ of λ/2 · ‖β‖², > 0, against the SUM of the weighted losses. */
  readonly l2: number;
  /** Stop when the gradient's largest component, divided by the sum of weights, is at most this. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Where to start: coefficients of the same columns. */
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
 * Conditional logistic regression, L2-regularised, by Newton's method with step halving: of each list exactly one row was
 * chosen, P(row) = e^(xβ) / Σ over its list of e^(xβ) (McFadden, Conditional logit analysis of qualitative choice behavior,
 * 1974). What is the same throughout a list says nothing, so there is no intercept. A list of rows drawn evenly from those
 * that were not chosen estimates the same β (McFadden 1978).
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitConditionalLogit(problem: ChoiceProblem): ChoiceFit {
  const { tolerance = 1e-8, maxIterations = 50, l2 } = problem;
  const totalWeight = checkedTotalWeight(problem);
  const size = problem.design.columns;
  const beta = Float64Array.from(problem.start ?? new Float64Array(size));
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const lists = new ChoiceLists(problem);
  let iterations = 0;
  let converged = false;
  let loss = lists.derivatives(beta, gradient, hessian);
  let largest = largestOf(gradient);
  for (; iterations < maxIterations; iterations++) {
    converged = largest <= tolerance * totalWeight;
    if (converged || totalWeight === 0) break;
    const step = Float64Array.from(gradient);
    // With a penalty the curvature can only vanish by rounding, next to the optimum.
    if (!solveCholesky(hessian.slice(), step)) break;
    const next = new Float64Array(size);
    let nextLoss = Infinity;
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      for (let c = 0; c < size; c++) next[c] = beta[c] - scale * step[c];
      nextLoss = lists.derivatives(next, gradient);
      if (nextLoss <= loss + 1e-12 * Math.abs(loss)) break;
    }
    beta.set(next);
    loss = nextLoss;
    const before = largest;
    largest = largestOf(gradient);
    // A Hessian costs as much as `columns / 2` gradients: an old one will do while it takes us on.
    if (largest > STALE * before) lists.derivatives(beta, gradient, hessian);
  }
  const penalty = (l2 / 2) * beta.reduce((sum, b) => sum + b * b, 0);
  return {
    coefficients: beta,
    logLoss: totalWeight === 0 ? 0 : (loss - penalty) / totalWeight,
    iterations,
    converged,
  };
}

/** Where a step leaves more of the gradient than this, the Hessian is made anew. */
const STALE = 0.3;

function largestOf(gradient: Float64Array): number {
  return gradient.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
}

/** Sum of the weights. */
function checkedTotalWeight({ design, ends, chosen, weights, l2, start }: ChoiceProblem): number {
  if (!(l2 > 0)) throw new FitError('NOT_FINITE', `l2 is ${l2}: give one above 0`);
  requireFinite(l2, 'l2');
  const lists = ends.length;
  if (chosen.length !== lists || weights.length !== lists || (lists > 0 ? ends[lists - 1] : 0) !== design.rows)
    throw new FitError(
      'WRONG_SHAPE',
      `${lists} lists of ${design.rows} rows, ${chosen.length} chosen, ${weights.length} weights`,
    );
  if (start !== undefined && start.length !== design.columns)
    throw new FitError('WRONG_SHAPE', `a start of ${start.length} for ${design.columns} columns`);
  let total = 0;
  for (let l = 0, from = 0; l < lists; from = ends[l++]) {
    if (!(chosen[l] >= from && chosen[l] < ends[l]))
      throw new FitError(
        'WRONG_SHAPE',
        `list ${l} is the rows from ${from} to ${ends[l]}, and ${chosen[l]} was chosen`,
      );
    if (!(weights[l] >= 0 && weights[l] < Infinity))
      throw new FitError('NOT_FINITE', `the weight of list ${l} is ${weights[l]}`);
    total += weights[l];
  }
  return total;
}

/** Rows of less chance are left out of the Hessian, which only says where to step: the gradient, and so the end, has them all. */
const NEGLIGIBLE = 1e-3;

/** The lists, with room for one of them at a time. */
class ChoiceLists {
  private readonly rows: Float64Array;
  private readonly chances: Float64Array;
  private readonly row: Float64Array;
  private readonly mean: Float64Array;

  constructor(private readonly problem: ChoiceProblem) {
    const { design, ends } = problem;
    let longest = 0;
    for (let l = 0, from = 0; l < ends.length; from = ends[l++]) longest = Math.max(longest, ends[l] - from);
    this.rows = new Float64Array(longest * design.columns);
    this.chances = new Float64Array(longest);
    this.row = new Float64Array(design.columns);
    this.mean = new Float64Array(design.columns);
  }

  /** Fills gradient and, where one is given, (lower) Hessian of the objective at β; returns the objective. */
  derivatives(beta: Float64Array, gradient: Float64Array, hessian?: Float64Array): number {
    const { ends, weights, l2 } = this.problem;
    const size = beta.length;
    gradient.fill(0);
    hessian?.fill(0);
    let loss = 0;
    for (let c = 0; c < size; c++) {
      gradient[c] = l2 * beta[c];
      if (hessian) hessian[c * size + c] = l2;
      loss += (l2 / 2) * beta[c] * beta[c];
    }
    for (let l = 0, from = 0; l < ends.length; from = ends[l++]) {
      if (weights[l] > 0) loss += weights[l] * this.addList(l, from, beta, gradient, hessian);
    }
    return loss;
  }

  /** −ln P(chosen) of one list. */
  private addList(l: number, from: number, beta: Float64Array, gradient: Float64Array, hessian?: Float64Array): number {
    const { ends, chosen, weights } = this.problem;
    const { rows, chances, mean } = this;
    const size = beta.length;
    const length = ends[l] - from;
    const weight = weights[l];
    const loss = this.readList(from, length, chosen[l], beta);
    mean.fill(0);
    for (let r = 0; r < length; r++) for (let c = 0; c < size; c++) mean[c] += chances[r] * rows[r * size + c];
    const offset = (chosen[l] - from) * size;
    for (let c = 0; c < size; c++) gradient[c] += weight * (mean[c] - rows[offset + c]);
    if (hessian) this.addCurvature(length, weight, hessian);
    return loss;
  }

  /** Σ P (x − x̄)(x − x̄)ᵀ of the list at hand; centred first, so that nothing cancels. */
  private addCurvature(length: number, weight: number, hessian: Float64Array): void {
    const { rows, chances, mean } = this;
    const size = mean.length;
    for (let r = 0; r < length; r++) {
      if (chances[r] < NEGLIGIBLE) continue;
      const at = r * size;
      for (let c = 0; c < size; c++) rows[at + c] -= mean[c];
      const curvature = weight * chances[r];
      for (let a = 0; a < size; a++) {
        const scaled = curvature * rows[at + a];
        const base = a * size;
        for (let b = 0; b <= a; b++) hessian[base + b] += scaled * rows[at + b];
      }
    }
  }

  /** Takes the list's rows in, and what chance each has. */
  private readList(from: number, length: number, chosen: number, beta: Float64Array): number {
    const { rows, chances, row } = this;
    const { design } = this.problem;
    const size = beta.length;
    let largest = -Infinity;
    for (let r = 0; r < length; r++) {
      design.readRow(from + r, row);
      let utility = 0;
      for (let c = 0; c < size; c++) utility += beta[c] * row[c];
      if (!Number.isFinite(utility))
        throw new FitError('NOT_FINITE', `row ${from + r} holds a NaN, an infinity or too large a number`);
      rows.set(row, r * size);
      chances[r] = utility;
      if (utility > largest) largest = utility;
    }
    const ofChosen = chances[chosen - from] - largest;
    let total = 0;
    for (let r = 0; r < length; r++) total += chances[r] = Math.exp(chances[r] - largest);
    for (let r = 0; r < length; r++) chances[r] /= total;
    return Math.log(total) - ofChosen;
  }
}
