import { logLoss } from '../../learn/log-loss';

/** How well predicted click probabilities match the clicks. */
export interface ClickScores {
  /** Mean of −ln of the probability of what happened. */
  readonly logLoss: number;
  /** Chance that a clicked impression has a higher probability than one that was not; equal ones count half. */
  readonly auc: number;
  /** Sum of the probabilities ÷ number of clicks: 1 is perfect, and above 1 they are too high. */
  readonly calibration: number;
  /** Standard error of the calibration if the probabilities are right: √Σp(1 − p) ÷ Σp. */
  readonly calibrationError: number;
}

/** Log-odds beyond ± this are counted in the first and last bin. */
const MAX_LOG_ODDS = 24;
const BINS_PER_UNIT = 2048;

/**
 * Scores of any number of predictions in constant memory. The AUC is that of the log-odds rounded to 1/2048: its
 * difference from the exact one is far below its standard error.
 */
export class ProgressiveScores {
  private loss = 0;
  private predicted = 0;
  private variance = 0;
  /** Numbers of impressions and of clicks by bin of the log-odds. */
  private readonly counts = [0, 1].map(() => new Float64Array(2 * MAX_LOG_ODDS * BINS_PER_UNIT + 1));
  private readonly totals = [0, 0];

  /** @param label 1 if it was clicked, else 0 */
  add(probability: number, label: number): void {
    this.loss += logLoss(probability, label === 1);
    this.predicted += probability;
    this.variance += probability * (1 - probability);
    const logOdds = Math.log(probability / (1 - probability));
    const bounded = Math.min(Math.max(logOdds, -MAX_LOG_ODDS), MAX_LOG_ODDS);
    this.counts[label][Math.round((bounded + MAX_LOG_ODDS) * BINS_PER_UNIT)]++;
    this.totals[label]++;
  }

  /** Mean loss so far; NaN without predictions. */
  get meanLoss(): number {
    return this.loss / (this.totals[0] + this.totals[1]);
  }

  /** Returns the scores; both labels must have occurred. */
  finish(): ClickScores {
    const [unclicked, clicked] = this.counts;
    let [below, wins] = [0, 0];
    for (let bin = 0; bin < clicked.length; bin++) {
      wins += clicked[bin] * (below + unclicked[bin] / 2);
      below += unclicked[bin];
    }
    return {
      logLoss: this.meanLoss,
      auc: wins / (this.totals[0] * this.totals[1]),
      calibration: this.predicted / this.totals[1],
      calibrationError: Math.sqrt(this.variance) / this.predicted,
    };
  }
}
