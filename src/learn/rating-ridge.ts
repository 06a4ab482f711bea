import type { Ratings } from './biased-factors';

export interface RatingRidgeOptions {
  readonly userCount: number;
  readonly itemCount: number;
  /**
   * λ > 0 of the penalty λ (Σ b_u² + Σ b_i²), which is added to the sum of squared errors. The mean is not penalised.
   */
  readonly l2: number;
}

export interface RatingRidge {
  readonly mean: number;
  readonly userBias: Float64Array;
  readonly itemBias: Float64Array;
}

const MAX_SWEEPS = 500;
const TOLERANCE = 1e-10;

/**
 * Ridge regression of ratings on user and item (two one-hot groups): r̂_ui = μ + b_u + b_i. The normal equations are
 * solved by block Gauss–Seidel: each block (all b_u, all b_i, or μ) has a closed form if the other blocks are fixed,
 * for example b_u = Σ (r − μ − b_i) / (n_u + λ). The iteration converges because the problem is strictly convex. The
 * cost of one sweep is proportional to the number of ratings.
 */
export function fitRatingRidge({ users, items, values }: Ratings, options: RatingRidgeOptions): RatingRidge {
  const { userCount, itemCount, l2 } = options;
  const userBias = new Float64Array(userCount);
  const itemBias = new Float64Array(itemCount);
  let mean = 0;
  for (let sweep = 0, change = Infinity; sweep < MAX_SWEEPS && change > TOLERANCE; sweep++) {
    let sum = 0;
    for (let r = 0; r < values.length; r++) sum += values[r] - userBias[users[r]] - itemBias[items[r]];
    const next = values.length === 0 ? 0 : sum / values.length;
    change = Math.abs(next - mean);
    mean = next;
    change = Math.max(change, fitGroup(users, items, values, mean, itemBias, l2, userBias));
    change = Math.max(change, fitGroup(items, users, values, mean, userBias, l2, itemBias));
  }
  return { mean, userBias, itemBias };
}

/**
 * Updates the biases of one group (users or items) while the biases of the other group stay fixed; returns the largest
 * change.
 */
function fitGroup(
  own: Int32Array,
  others: Int32Array,
  values: Float64Array,
  mean: number,
  otherBias: Float64Array,
  l2: number,
  out: Float64Array,
): number {
  const sums = new Float64Array(out.length);
  const counts = new Float64Array(out.length);
  for (let r = 0; r < values.length; r++) {
    sums[own[r]] += values[r] - mean - otherBias[others[r]];
    counts[own[r]]++;
  }
  let change = 0;
  for (let k = 0; k < out.length; k++) {
    const next = counts[k] === 0 ? 0 : sums[k] / (counts[k] + l2);
    change = Math.max(change, Math.abs(next - out[k]));
    out[k] = next;
  }
  return change;
}
