import { DEFAULT_BUCKET_BITS, FtrlProximal } from './ftrl-proximal';
import { encodeHashedLogistic, type HashedWeights } from './hashed-logistic';
import { logLossOfLogOdds, probabilityOfLogOdds } from './log-odds';
import { RunningBaseRate } from './running-base-rate';

export interface FtrlEnsembleSettings {
  /** Base-2 logarithm of the number of buckets; {@link DEFAULT_BUCKET_BITS} unless given. */
  readonly bits?: number;
  /** Whether rows have crosses after their single features. */
  readonly hasCrosses: boolean;
}

/**
 * Learning rates α of the learners, with and without crosses. The more features a row has, the smaller is the best one,
 * because they share each step.
 */
const ALPHAS = [0.02, 0.06, 0.2];
const L1 = 0.1;
/** Learning rate η of the shares: low enough that learners of similar loss are averaged. */
const SHARE_RATE = 0.1;
/** Learners with a smaller share are not part of the artefact. */
const MIN_SHARE = 1e-6;

/**
 * Click probabilities by several FTRL-Proximal learners with different learning rates, so that none has to be tuned.
 * The log-odds of the learners are averaged. Their shares are exponential weights of their losses on the rows so far
 * (Cesa-Bianchi & Lugosi: Prediction, Learning, and Games, 2006, §2.2), so a learner that is clearly worse soon has no
 * share. The running share of label 1 takes part, and its prior is as high as that of all learners together: if features
 * say nothing, predictions stay near it. An average of log-odds is linear in the features, so the ensemble is exported
 * as one logistic regression.
 *
 * It takes 16 bytes of memory per bucket and learner: 101 MB with crosses and 2^20 buckets.
 */
export class FtrlEnsemble {
  private readonly bits: number;
  private readonly learners: readonly { readonly learner: FtrlProximal; readonly isCrossed: boolean }[];
  private readonly baseRate = new RunningBaseRate();
  /** By learner, and at last of the base rate: total loss, log-odds of the latest row, and share. */
  private readonly losses: Float64Array;
  private readonly odds: Float64Array;
  private readonly shares: Float64Array;

  constructor({ bits = DEFAULT_BUCKET_BITS, hasCrosses }: FtrlEnsembleSettings) {
    this.bits = bits;
    this.learners = (hasCrosses ? [false, true] : [false]).flatMap((isCrossed) =>
      ALPHAS.map((alpha) => ({ learner: new FtrlProximal({ bits, alpha, l1: L1 }), isCrossed })),
    );
    const size = this.learners.length + 1;
    this.losses = new Float64Array(size);
    this.odds = new Float64Array(size);
    this.shares = new Float64Array(size);
    this.updateShares();
  }

  /**
   * Returns the log-odds of label 1.
   * @param features hashes of the row's features: first `singles` single ones, then the crosses
   */
  logOdds(features: Uint32Array, singles = features.length): number {
    this.learners.forEach(({ learner, isCrossed }, at) => {
      this.odds[at] = learner.logOdds(features, isCrossed ? features.length : singles);
    });
    return this.averageOdds();
  }

  /** Returns the probability of label 1. @param features see {@link logOdds} */
  probability(features: Uint32Array, singles = features.length): number {
    return probabilityOfLogOdds(this.logOdds(features, singles));
  }

  /**
   * Learns a row.
   * @param label 0 or 1
   * @param features see {@link logOdds}
   * @returns the probability of label 1 that was predicted before the row was learned
   */
  learn(label: number, features: Uint32Array, singles = features.length): number {
    const { learners, odds, losses } = this;
    for (let at = 0; at < learners.length; at++) {
      const { learner, isCrossed } = learners[at];
      odds[at] = learner.learn(label, features, isCrossed ? features.length : singles);
    }
    const average = this.averageOdds();
    for (let at = 0; at < odds.length; at++) losses[at] += logLossOfLogOdds(odds[at], label);
    this.baseRate.add(label);
    this.updateShares();
    return probabilityOfLogOdds(average);
  }

  /**
   * Returns the artefact that `HashedLogistic` reads. Its predictions differ from those of the ensemble by the weights
   * that are left out, by rounding, and where a cross shares its bucket with a single feature.
   * @param maxBytes its size at most; see {@link encodeHashedLogistic}
   */
  encode(maxBytes?: number): Uint8Array {
    return encodeHashedLogistic(this.weights(), maxBytes);
  }

  private weights(): HashedWeights {
    let intercept = this.shares[this.learners.length] * this.baseRate.logOdds;
    const weights = new Float64Array(2 ** this.bits);
    this.learners.forEach(({ learner }, at) => {
      if (this.shares[at] >= MIN_SHARE) intercept += learner.addWeights(weights, this.shares[at]);
    });
    return { intercept, weights };
  }

  private averageOdds(): number {
    const { odds, shares } = this;
    odds[odds.length - 1] = this.baseRate.logOdds;
    let sum = 0;
    for (let at = 0; at < odds.length; at++) sum += shares[at] * odds[at];
    return sum;
  }

  private updateShares(): void {
    const { losses, shares } = this;
    const last = shares.length - 1;
    let least = Infinity;
    for (let at = 0; at <= last; at++) least = Math.min(least, losses[at]);
    let total = 0;
    for (let at = 0; at <= last; at++)
      total += shares[at] = (at === last ? last : 1) * Math.exp(-SHARE_RATE * (losses[at] - least));
    for (let at = 0; at <= last; at++) shares[at] /= total;
  }
}
