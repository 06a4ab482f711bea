import { fitBoosting, type BoostedTreesFit, type BoostingLoss, type BoostingProblem } from './boosting';
import { FitError, requireFinite } from './fit-error';
import { rowWeights } from './row-weights';
import { kthLargest } from './select';

export interface QuantileProblem extends BoostingProblem {
  /** The number to predict for each row, finite. */
  readonly targets: ArrayLike<number>;
  /** The quantile to predict, between 0 and 1. */
  readonly level: number;
}

/**
 * Gradient-boosted trees for one conditional quantile: the score of a row minimises the pinball loss (Koenker & Bassett,
 * Econometrica 46(1), 1978) of level τ, (τ − [y < score]) · (y − score). See {@link fitBoosting}. Trees are grown on the
 * loss's gradients with second derivatives of 1; then each leaf takes the τ-quantile of its rows' residuals (Friedman
 * 2001, section 4.3, for other quantiles than the median).
 * @throws FitError NOT_FINITE, or WRONG_SHAPE
 */
export function fitBoostedQuantile(problem: QuantileProblem): BoostedTreesFit {
  const { design, targets, level } = problem;
  if (!(level > 0 && level < 1)) throw new FitError('WRONG_SHAPE', `level must be between 0 and 1; got ${level}`);
  const weights = rowWeights(design.rows, problem.weights);
  if (targets.length !== design.rows)
    throw new FitError('WRONG_SHAPE', `${design.rows} rows, ${targets.length} targets`);
  for (let r = 0; r < targets.length; r++) requireFinite(targets[r], `the target of row ${r}`);
  return fitBoosting(problem, new PinballLoss(Float64Array.from(targets), level, weights));
}

/** A rank that exceeds an integer by at most this rounding error is that integer. */
const ROUNDING = 1e-9;

/** Weighted pinball loss of predicted quantiles. */
class PinballLoss implements BoostingLoss {
  private readonly gradients: Float64Array;
  private readonly hasEqualWeights: boolean;
  private readonly scratch: Float64Array;

  constructor(
    private readonly targets: Float64Array,
    private readonly level: number,
    readonly weights: Float64Array,
  ) {
    this.gradients = new Float64Array(weights.length);
    this.scratch = new Float64Array(weights.length);
    this.hasEqualWeights = weights.every((weight) => weight === weights[0]);
  }

  baseline(rows: Int32Array): number {
    return this.quantileOf(rows, undefined);
  }

  derivatives(scores: Float64Array) {
    const { gradients, targets, weights, level } = this;
    for (let row = 0; row < scores.length; row++)
      gradients[row] = weights[row] * (targets[row] < scores[row] ? 1 - level : -level);
    return { gradients, hessians: weights };
  }

  leafValue(rows: Int32Array, scores: Float64Array): number {
    return this.quantileOf(rows, scores);
  }

  mean(scores: Float64Array, rows: Int32Array): number {
    let [sum, total] = [0, 0];
    for (const row of rows) {
      sum += this.weights[row] * pinballLoss(this.targets[row], scores[row], this.level);
      total += this.weights[row];
    }
    return sum / total;
  }

  /** Returns the quantile of the rows' residuals; without scores, of their targets. */
  private quantileOf(rows: Int32Array, scores: Float64Array | undefined): number {
    const { targets, level, scratch } = this;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      scratch[at] = scores === undefined ? targets[row] : targets[row] - scores[row];
    }
    if (!this.hasEqualWeights) {
      const values = scratch.slice(0, rows.length);
      return weightedQuantile(
        values,
        Float64Array.from(rows, (row) => this.weights[row]),
        level,
      );
    }
    const rank = Math.max(1, Math.ceil(level * rows.length - ROUNDING));
    return kthLargest(scratch, rows.length, rows.length - rank + 1);
  }
}

/** Returns the pinball loss of a predicted quantile, in the unit of the target. */
export function pinballLoss(target: number, predicted: number, level: number): number {
  return target < predicted ? (1 - level) * (predicted - target) : level * (target - predicted);
}

/** Returns the lowest value up to which the values have at least the share `level` of the weight. */
function weightedQuantile(values: Float64Array, weights: Float64Array, level: number): number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let weight = 0;
  for (const at of order) {
    weight += weights[at];
    if (weight >= (level - ROUNDING) * total) return values[at];
  }
  return values[order[order.length - 1]];
}
