import type { PurchasedProduct } from '../recommend/history';
import type { ScoreVector } from '../recommend/score-vector';
import type { ShopState } from '../recommend/shop-state';
import type { CustomerProfile } from './customer-profile';

/** What a feature may look at: state, history and clock as of one instant. Nothing later exists. */
export interface FeatureContext {
  readonly shop: ShopState;
  readonly profile: CustomerProfile;
  /** Scores by source name, as of the same instant. */
  readonly scores: ReadonlyMap<string, ScoreVector>;
}

/** How one product looks for one customer. */
export type FeatureValue = (product: number, bought: PurchasedProduct | undefined) => number;

/**
 * One feature. Training and serving call the same `prepare` and the same value function: they differ only in the state
 * they are given.
 */
export interface Feature {
  readonly name: string;
  /** Under which name its share of a score is explained. */
  readonly group:
    | 'personal-frequency'
    | 'co-interest'
    | 'temporal-ridge'
    | 'ease'
    | 'ials'
    | 'co-purchase'
    | 'popularity'
    | 'trending'
    | 'novelty';
  /** Called once per list; what it returns is called once per candidate. */
  prepare(context: FeatureContext): FeatureValue;
}

export const DAY = 86_400_000;
