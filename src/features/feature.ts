import type { PurchasedProduct } from '../recommend/history';
import type { ShopState } from '../recommend/shop-state';
import type { CustomerProfile } from './customer-profile';
import type { ItemFigures } from './item-figures';

/** One source's scores of one customer. */
export interface SourceScores {
  /** By product; 0 where it says nothing. */
  readonly values: Float64Array;
  /** ≥ 0 */
  readonly largest: number;
  /** Its best products above 0, {@link BEST} of them or more, best first; equal ones by index. */
  readonly best: Int32Array;
}

/** Places by a source that are told apart. */
export const BEST = 200;

/** What features may look at: state, history and clock as of one instant. Nothing later exists. */
export interface FeatureContext {
  readonly shop: ShopState;
  readonly profile: CustomerProfile;
  /** By source name, as of the same instant. */
  readonly scores: ReadonlyMap<string, SourceScores>;
  /** Product indexes, distinct; those that the customer has bought come first. */
  readonly candidates: Int32Array;
  /** What was bought of the first so many candidates. */
  readonly bought: readonly PurchasedProduct[];
  /** Current for all candidates. */
  readonly items: ItemFigures;
}

/** Under which name a feature's share of a score is explained. */
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
 * Some features that share their work. Training and serving call the same function: they differ only in the state they are
 * given.
 */
export interface FeatureBlock {
  readonly names: readonly string[];
  readonly group: FeatureGroup;
  /** Writes one column after the other, each as long as there are candidates, from `out[from]` on. */
  fill(context: FeatureContext, out: Float64Array, from: number): void;
}

export const DAY = 86_400_000;
