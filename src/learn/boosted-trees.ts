import { fitBoosting, type BoostedTreesFit, type BoostingLoss, type BoostingProblem } from './boosting';
import { FitError } from './fit-error';
import { rowWeights } from './row-weights';

export interface BoostedTreesProblem extends BoostingProblem {
  /** Label of each row: 0 or 1. Both must occur. */
  readonly labels: ArrayLike<number>;
}

/**
 * Gradient-boosted trees for binary log-loss; see {@link fitBoosting}. Scores are log-odds of label 1, and a second
 * derivative is weight · p (1 − p).
 * @throws FitError NOT_FINITE, or WRONG_SHAPE
 */
export function fitBoostedTrees(problem: BoostedTreesProblem): BoostedTreesFit {
  const weights = rowWeights(problem.design.rows, problem.weights);
  checkLabels(problem);
  return fitBoosting(problem, new LogLoss(problem.labels, weights));
}

function checkLabels({ design, labels }: BoostedTreesProblem): void {
  if (labels.length !== design.rows) throw new FitError('WRONG_SHAPE', `${design.rows} rows, ${labels.length} labels`);
  for (let r = 0; r < design.rows; r++)
    if (labels[r] !== 0 && labels[r] !== 1)
      throw new FitError('WRONG_SHAPE', `the label of row ${r} is ${labels[r]}; it must be 0 or 1`);
}

/** Weighted log-loss of log-odds. */
class LogLoss implements BoostingLoss {
  private readonly gradients: Float64Array;
  private readonly hessians: Float64Array;

  constructor(
    private readonly labels: ArrayLike<number>,
    readonly weights: Float64Array,
  ) {
    this.gradients = new Float64Array(weights.length);
    this.hessians = new Float64Array(weights.length);
  }

  /** Returns the log-odds of the rows' share of label 1. */
  baseline(rows: Int32Array): number {
    let [positive, negative] = [0, 0];
    for (const row of rows) {
      if (this.labels[row] === 1) positive += this.weights[row];
      else negative += this.weights[row];
    }
    if (positive === 0 || negative === 0)
      throw new FitError('WRONG_SHAPE', 'the rows to fit need labels 0 and 1, each with a weight above 0');
    return Math.log(positive / negative);
  }

  derivatives(logOdds: Float64Array) {
    const { gradients, hessians, labels, weights } = this;
    for (let row = 0; row < logOdds.length; row++) {
      const probability = 1 / (1 + Math.exp(-logOdds[row]));
      gradients[row] = weights[row] * (probability - labels[row]);
      hessians[row] = weights[row] * probability * (1 - probability);
    }
    return { gradients, hessians };
  }

  mean(logOdds: Float64Array, rows: Int32Array): number {
    let [sum, total] = [0, 0];
    for (const row of rows) {
      const margin = this.labels[row] === 1 ? logOdds[row] : -logOdds[row];
      sum += this.weights[row] * (margin < -30 ? -margin : Math.log1p(Math.exp(-margin)));
      total += this.weights[row];
    }
    return sum / total;
  }
}
