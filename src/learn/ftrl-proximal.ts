import { FitError, requireFinite, requirePositive } from './fit-error';
import { encodeHashedLogistic, MAX_BUCKET_BITS, type HashedWeights } from './hashed-logistic';
import { RunningBaseRate } from './running-base-rate';

export interface FtrlSettings {
  /** Base-2 logarithm of the number of buckets; {@link DEFAULT_BUCKET_BITS} unless given. */
  readonly bits?: number;
  /** α > 0 of the learning rate α ÷ (β + √n), where n is the sum of a coordinate's squared gradients. */
  readonly alpha: number;
  /** β ≥ 0; 1 unless given, which McMahan et al. recommend. */
  readonly beta?: number;
  /** λ₁ ≥ 0; 0 unless given. A weight is 0 while |z| is at most λ₁. */
  readonly l1?: number;
  /** λ₂ ≥ 0; 0 unless given. */
  readonly l2?: number;
}

export const DEFAULT_BUCKET_BITS = 20;

/**
 * Logistic regression over hashed features of value 1, learned online by FTRL-Proximal with a learning rate for each
 * coordinate (McMahan et al.: Ad Click Prediction: a View from the Trenches, KDD 2013, Algorithm 1).
 *
 * A row is the hashes of its features; the lowest `bits` bits of a hash are its bucket. A bucket that occurs twice in a
 * row counts and learns twice. The intercept has no penalty. It is added to the log-odds of the running share of
 * label 1, so that predictions are near that share from the start.
 *
 * The learner takes 16 bytes of memory per bucket. The same rows in the same order give the same weights.
 */
export class FtrlProximal {
  private readonly settings: Required<FtrlSettings>;
  /** z and n of each bucket side by side, so that both are in one cache line. */
  private readonly sums: Float64Array;
  private readonly baseRate = new RunningBaseRate();
  private interceptZ = 0;
  private interceptN = 0;
  /** Weights of the features of the latest row. */
  private row = new Float64Array(64);

  /** @throws FitError NOT_FINITE or WRONG_SHAPE for a setting outside of its range */
  constructor(settings: FtrlSettings) {
    this.settings = { bits: DEFAULT_BUCKET_BITS, beta: 1, l1: 0, l2: 0, ...settings };
    const { bits, alpha, beta, l1, l2 } = this.settings;
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= MAX_BUCKET_BITS))
      throw new FitError('WRONG_SHAPE', `bits is ${bits}; it must be a whole number from 1 to ${MAX_BUCKET_BITS}`);
    requirePositive(alpha, 'alpha');
    for (const [name, value] of Object.entries({ beta, l1, l2 })) {
      requireFinite(value, name);
      if (value < 0) throw new FitError('WRONG_SHAPE', `${name} is ${value}; it must be at least 0`);
    }
    this.sums = new Float64Array(2 * 2 ** bits);
  }

  /**
   * Returns the log-odds of label 1, which `probabilityOfLogOdds` turns into its probability.
   * @param features hashes of the row's features, of which the first `count` are used; all unless given
   */
  logOdds(features: Uint32Array, count = features.length): number {
    if (this.row.length < count) this.row = new Float64Array(2 * count);
    const { sums, row } = this;
    const { alpha, beta, l1, l2 } = this.settings;
    const mask = sums.length / 2 - 1;
    let sum = this.intercept;
    for (let k = 0; k < count; k++) {
      const at = 2 * (features[k] & mask);
      sum += row[k] = weightOf(sums[at], sums[at + 1], alpha, beta, l1, l2);
    }
    return sum;
  }

  /**
   * Learns a row.
   * @param label 0 or 1
   * @param features see {@link logOdds}
   * @returns the log-odds of label 1 that {@link logOdds} returned before the row was learned
   */
  learn(label: number, features: Uint32Array, count = features.length): number {
    const logOdds = this.logOdds(features, count);
    const gradient = 1 / (1 + Math.exp(-logOdds)) - label;
    const square = gradient * gradient;
    const { alpha } = this.settings;
    const { sums, row } = this;
    const mask = sums.length / 2 - 1;
    const sigma = (Math.sqrt(this.interceptN + square) - Math.sqrt(this.interceptN)) / alpha;
    this.interceptZ += gradient - sigma * this.interceptWeight;
    this.interceptN += square;
    for (let k = 0; k < count; k++) {
      const at = 2 * (features[k] & mask);
      const n = sums[at + 1];
      sums[at] += gradient - ((Math.sqrt(n + square) - Math.sqrt(n)) / alpha) * row[k];
      sums[at + 1] = n + square;
    }
    this.baseRate.add(label);
    return logOdds;
  }

  /** Returns the model as it is now. */
  weights(): HashedWeights {
    const weights = new Float64Array(this.sums.length / 2);
    return { intercept: this.addWeights(weights, 1), weights };
  }

  /**
   * Adds the weight of each bucket × a factor to `weights`.
   * @returns the intercept × the factor
   */
  addWeights(weights: Float64Array, factor: number): number {
    const { alpha, beta, l1, l2 } = this.settings;
    for (let bucket = 0; bucket < weights.length; bucket++)
      weights[bucket] += factor * weightOf(this.sums[2 * bucket], this.sums[2 * bucket + 1], alpha, beta, l1, l2);
    return factor * this.intercept;
  }

  /**
   * Returns the artefact that `HashedLogistic` reads.
   * @param maxBytes its size at most; see {@link encodeHashedLogistic}
   */
  encode(maxBytes?: number): Uint8Array {
    return encodeHashedLogistic(this.weights(), maxBytes);
  }

  private get intercept(): number {
    return this.baseRate.logOdds + this.interceptWeight;
  }

  private get interceptWeight(): number {
    if (this.interceptZ === 0) return 0;
    return (-this.interceptZ * this.settings.alpha) / (this.settings.beta + Math.sqrt(this.interceptN));
  }
}

/** The weight in closed form (Algorithm 1). */
function weightOf(z: number, n: number, alpha: number, beta: number, l1: number, l2: number): number {
  const excess = z > l1 ? z - l1 : z < -l1 ? z + l1 : 0;
  return excess === 0 ? 0 : -excess / ((beta + Math.sqrt(n)) / alpha + l2);
}
