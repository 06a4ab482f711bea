import { DEFAULT_BUCKET_BITS } from '../../learn/ftrl-proximal';
import { RunningBaseRate } from '../../learn/running-base-rate';
import { probabilityOfLogOdds } from '../../learn/log-odds';

export interface DescentRate {
  readonly rate: number;
  /** Whether the rate of row t is rate ÷ √t, or the same for all rows. */
  readonly isFalling: boolean;
}

const DESCENT_RATES: readonly DescentRate[] = [
  ...[0.01, 0.03, 0.1].map((rate) => ({ rate, isFalling: false })),
  ...[0.1, 0.3, 1].map((rate) => ({ rate, isFalling: true })),
];

/**
 * The baseline: logistic regression over hashed features by online gradient descent (Zinkevich, ICML 2003), with one
 * learning rate for all coordinates. Several rates are learned side by side. As in FTRL-Proximal, the log-odds of the
 * running share of label 1 are added to the intercept.
 */
export class PlainLogistic {
  readonly rates = DESCENT_RATES;
  /** Probability of each rate for the latest row, before it was learned. */
  readonly probabilities = new Float64Array(DESCENT_RATES.length);
  private readonly baseRate = new RunningBaseRate();
  private readonly intercepts = new Float64Array(DESCENT_RATES.length);
  private readonly steps = new Float64Array(DESCENT_RATES.length);
  /** Buckets × rates. */
  private readonly weights = new Float64Array(2 ** DEFAULT_BUCKET_BITS * DESCENT_RATES.length);
  private rows = 0;

  /**
   * Predicts a row, and learns it.
   * @param label 0 or 1
   * @param features hashes, of which the first `count` are used
   */
  learn(label: number, features: Uint32Array, count: number): void {
    const { rates, probabilities, intercepts, steps, weights } = this;
    const size = rates.length;
    const mask = weights.length / size - 1;
    // The sums of the log-odds, until they become probabilities.
    probabilities.fill(this.baseRate.logOdds);
    for (let r = 0; r < size; r++) probabilities[r] += intercepts[r];
    for (let k = 0; k < count; k++) {
      const from = (features[k] & mask) * size;
      for (let r = 0; r < size; r++) probabilities[r] += weights[from + r];
    }
    this.rows++;
    for (let r = 0; r < size; r++) {
      probabilities[r] = probabilityOfLogOdds(probabilities[r]);
      const { rate, isFalling } = rates[r];
      steps[r] = (isFalling ? rate / Math.sqrt(this.rows) : rate) * (probabilities[r] - label);
      intercepts[r] -= steps[r];
    }
    for (let k = 0; k < count; k++) {
      const from = (features[k] & mask) * size;
      for (let r = 0; r < size; r++) weights[from + r] -= steps[r];
    }
    this.baseRate.add(label);
  }
}
