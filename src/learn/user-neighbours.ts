import type { Ratings } from './biased-factors';
import { transpose, type CompressedRows } from './compressed-rows';
import { groupByKey } from './group-by-key';
import { TopK } from './select';

/** Neighbours can be chosen after the fit, so that one index serves a search for the best values. */
export interface NeighbourhoodOptions {
  /** k ≥ 1: the maximum number of neighbours of a prediction. */
  readonly neighbours: number;
  /** β ≥ 0: a similarity that rests on n common items is multiplied by n / (n + β). */
  readonly shrinkage: number;
}

/** Smaller similarities are rounding errors. */
const MIN_SIMILARITY = 1e-9;

/**
 * Rating prediction by user-based collaborative filtering (Resnick et al., CSCW 1994; Herlocker, Konstan, Borchers,
 * Riedl, SIGIR 1999):
 *
 *   r̂_ui = r̄_u + Σ_{v ∈ N(u; i)} s_uv (r_vi − r̄_v) / Σ_{v ∈ N(u; i)} |s_uv|
 *   s_uv = Σ_{j ∈ I_u ∩ I_v} (r_uj − r̄_u)(r_vj − r̄_v) / (‖r_u − r̄_u‖ ‖r_v − r̄_v‖) · n_uv / (n_uv + β)
 *
 * I_u are the items that u has rated, n_uv = |I_u ∩ I_v|, and each norm takes all ratings of its user. N(u; i) are the
 * k users with the highest positive similarity to u, among those who have rated i. Without neighbours, the prediction is
 * r̄_u; for a user without ratings, it is the mean of all ratings.
 */
class UserNeighbours {
  /** The user whose {@link products} and {@link commonCounts} with each other user are computed; −1 at first. */
  private current = -1;
  private readonly products: Float64Array;
  private readonly commonCounts: Int32Array;
  private readonly nearest = new TopK(64);

  constructor(
    readonly mean: number,
    /** By user: r̄_u. */
    readonly userMeans: Float64Array,
    /** By user: ‖r_u − r̄_u‖; 0 if all ratings of the user are equal. */
    private readonly norms: Float64Array,
    /** r_ui − r̄_u by user and by item. */
    private readonly byUser: CompressedRows,
    private readonly byItem: CompressedRows,
  ) {
    this.products = new Float64Array(userMeans.length);
    this.commonCounts = new Int32Array(userMeans.length);
  }

  /**
   * The products with all other users are computed once for consecutive predictions of the same user. So callers
   * should predict all ratings of a user one after another.
   */
  predict(user: number, item: number, { neighbours, shrinkage }: NeighbourhoodOptions): number {
    if (this.norms[user] === 0) return this.userMeans[user];
    this.compareWithOthers(user);
    const { starts, members: raters, weights: deviations = new Float64Array() } = this.byItem;
    const { nearest } = this;
    nearest.reset(neighbours);
    for (let at = starts[item]; at < starts[item + 1]; at++) {
      const other = raters[at];
      const cosine = this.products[other] / (this.norms[user] * this.norms[other]);
      if (other === user || !(cosine > MIN_SIMILARITY)) continue;
      const common = this.commonCounts[other];
      nearest.offer(at, (cosine * common) / (common + shrinkage));
    }
    let deviation = 0;
    let total = 0;
    for (let best = nearest.pop(); best !== undefined; best = nearest.pop()) {
      deviation += best.score * deviations[best.item];
      total += best.score;
    }
    return this.userMeans[user] + (total === 0 ? 0 : deviation / total);
  }

  /** Sums over the raters of each item of the user. */
  private compareWithOthers(user: number): void {
    if (user === this.current) return;
    this.current = user;
    this.products.fill(0);
    this.commonCounts.fill(0);
    const { products, commonCounts, byUser, byItem } = this;
    const { weights: own = new Float64Array() } = byUser;
    const { weights: deviations = new Float64Array() } = byItem;
    for (let k = byUser.starts[user]; k < byUser.starts[user + 1]; k++) {
      const item = byUser.members[k];
      for (let at = byItem.starts[item]; at < byItem.starts[item + 1]; at++) {
        const other = byItem.members[at];
        products[other] += own[k] * deviations[at];
        commonCounts[other]++;
      }
    }
  }
}

/**
 * Indexes the ratings by user and by item. Similarities are computed only when a user's ratings are predicted, and are
 * not stored. Time: linear in the ratings; for each user, the sum of the raters of the user's items; for each prediction,
 * the raters of the item. Memory: 24 bytes per rating and 32 per user.
 * @param ratings at most one rating per user and item
 */
export function indexUserNeighbours(
  { users, items, values }: Ratings,
  { userCount, itemCount }: { readonly userCount: number; readonly itemCount: number },
): UserNeighbours {
  const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const { starts, order } = groupByKey(users, userCount);
  const userMeans = new Float64Array(userCount).fill(mean);
  const norms = new Float64Array(userCount);
  const deviations = new Float64Array(values.length);
  for (let user = 0; user < userCount; user++) {
    const own = order.subarray(starts[user], starts[user + 1]);
    if (own.every((at) => values[at] === values[own[0]])) {
      if (own.length > 0) userMeans[user] = values[own[0]];
      continue;
    }
    userMeans[user] = own.reduce((sum, at) => sum + values[at], 0) / own.length;
    let squares = 0;
    own.forEach((at, k) => {
      const deviation = values[at] - userMeans[user];
      deviations[starts[user] + k] = deviation;
      squares += deviation * deviation;
    });
    norms[user] = Math.sqrt(squares);
  }
  const members = order.map((at) => items[at]);
  const byItem = transpose({ rows: userCount, columns: itemCount, starts, members, weights: deviations });
  return new UserNeighbours(mean, userMeans, norms, transpose(byItem), byItem);
}
