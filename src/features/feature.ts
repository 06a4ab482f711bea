import type { PurchasedProduct } from '../live-state/history';
import type { ShopState } from '../live-state/shop-state';
import type { CustomerProfile } from './customer-profile';
import type { ItemFeatureCache } from './item-feature-cache';

/** The scores that one source of candidates gives to products for one customer. */
export interface SourceScores {
  /** Scores by product index; 0 for products that the source does not score. */
  readonly values: Float64Array;
  /** The largest score; 0 if no score is above 0. */
  readonly largest: number;
  /**
   * Indexes of the products with the highest positive scores, best first: at least {@link RANK_LIMIT} products, or all
   * if fewer have a positive score. Equal scores are ordered by product index.
   */
  readonly best: Int32Array;
}

/** Number of best ranks of a source that features distinguish. All other ranks count as this rank. */
export const RANK_LIMIT = 200;

/** The data from which features are computed, all as of one instant and without any later data. */
export interface FeatureContext {
  readonly shop: ShopState;
  readonly profile: CustomerProfile;
  /** The scores of each source, by source name, as of the same instant. */
  readonly scores: ReadonlyMap<string, SourceScores>;
  /** Distinct product indexes; the products that the customer has bought come first. */
  readonly candidates: Int32Array;
  /** The customer's purchases of the first `bought.length` candidates, in the same order. */
  readonly bought: readonly PurchasedProduct[];
  /** The features of products alone, up to date for all candidates. */
  readonly items: ItemFeatureCache;
}

/** The name under which an explanation reports how much the features of the group contribute to a score. */
export type FeatureGroup =
  | 'personal-frequency'
  | 'co-interest'
  | 'temporal-ridge'
  | 'ease'
  | 'ials'
  | 'co-purchase'
  | 'nearest-sessions'
  | 'transitions'
  | 'popularity'
  | 'trending'
  | 'novelty';

/** Features that are computed together. Training calls the same function as serving, with past states of the shop. */
export interface RankerFeatureBlock {
  readonly names: readonly string[];
  readonly group: FeatureGroup;
  /** Writes one column per feature, one after the other, from `out[from]` on. A column has one value per candidate. */
  fill(context: FeatureContext, out: Float64Array, from: number): void;
}
