import type { PurchasedProduct } from '../recommend/history';
import type { ShopState } from '../recommend/shop-state';
import type { CustomerProfile } from './customer-profile';
import type { ItemFeatureCache } from './item-feature-cache';

/** The scores of one source for one customer. */
export interface SourceScores {
  /** Scores by product index; 0 for products that the source does not score. */
  readonly values: Float64Array;
  /** The largest score; 0 if no score is above 0. */
  readonly largest: number;
  /**
   * The products with the highest scores above 0, best first: at least {@link RANK_LIMIT} if there are that many. Equal
   * scores are ordered by product index.
   */
  readonly best: Int32Array;
}

/** Number of top ranks of a source that features distinguish. All lower ranks count as the same rank. */
export const RANK_LIMIT = 200;

/** The input of features: state, history and clock as of one instant, without any later data. */
export interface FeatureContext {
  readonly shop: ShopState;
  readonly profile: CustomerProfile;
  /** The scores of each source, by source name, as of the same instant. */
  readonly scores: ReadonlyMap<string, SourceScores>;
  /** Distinct product indexes; the products that the customer has bought come first. */
  readonly candidates: Int32Array;
  /** The customer's purchases of the first `bought.length` candidates, in the same order. */
  readonly bought: readonly PurchasedProduct[];
  /** Cache of item features, which is up to date for all candidates. */
  readonly items: ItemFeatureCache;
}

/** The name under which explanations report a feature's contribution to a score. */
export type FeatureGroup =
  | 'personal-frequency'
  | 'co-interest'
  | 'temporal-ridge'
  | 'ease'
  | 'ials'
  | 'co-purchase'
  | 'popularity'
  | 'trending'
  | 'novelty';

/**
 * Features that are computed together. Training and serving call the same function and differ only in the state that
 * they pass.
 */
export interface RankerFeatureBlock {
  readonly names: readonly string[];
  readonly group: FeatureGroup;
  /** Writes the columns one after the other, from `out[from]` on. Each column has one value per candidate. */
  fill(context: FeatureContext, out: Float64Array, from: number): void;
}

export const MS_PER_DAY = 86_400_000;
