import type { PurchasedProduct } from '../recommend/history';
import type { ShopState } from '../recommend/shop-state';
import type { CustomerProfile } from './customer-profile';
import type { ItemFeatureCache } from './item-feature-cache';

/** The scores of one source for one customer. */
export interface SourceScores {
  /** By product; 0 if the source has no score. */
  readonly values: Float64Array;
  /** ≥ 0 */
  readonly largest: number;
  /**
   * Its products with the highest scores above 0: at least {@link RANK_LIMIT} if there are as many, best first; ties
   * are ordered by index.
   */
  readonly best: Int32Array;
}

/** Number of top ranks of a source that are distinguished. */
export const RANK_LIMIT = 200;

/** The input of features: state, history and clock as of one instant, without any later data. */
export interface FeatureContext {
  readonly shop: ShopState;
  readonly profile: CustomerProfile;
  /** By source name, as of the same instant. */
  readonly scores: ReadonlyMap<string, SourceScores>;
  /** Distinct product indexes; the products that the customer has bought come first. */
  readonly candidates: Int32Array;
  /** The customer's purchases of the first `bought.length` candidates, in the same order. */
  readonly bought: readonly PurchasedProduct[];
  /** Up to date for all candidates. */
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
  /** Writes the columns one after the other, from `out[from]` on. The length of each is the number of candidates. */
  fill(context: FeatureContext, out: Float64Array, from: number): void;
}

export const MS_PER_DAY = 86_400_000;
