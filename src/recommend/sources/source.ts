import type { CustomerProfile } from '../../features/customer-profile';
import type { IalsModel } from '../ials-model';
import type { ItemRows } from '../item-rows';
import type { ProductStats } from '../product-stats';
import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';
import type { TemporalRidgeModel } from '../temporal-ridge-model';

/** Fitted parameters that sources score with; null: not fitted yet, and the source has nothing to say. */
export interface SourceModels {
  readonly temporalRidge: TemporalRidgeModel | null;
  /** Rows of EASE: as of the fit, or as they are now. */
  readonly ease: ItemRows | null;
  readonly ials: IalsModel | null;
}

export const NO_MODELS: SourceModels = { temporalRidge: null, ease: null, ials: null };

/** What to serve with: EASE as it is now takes the place of what it was at the fit, where the fit had any. */
export function liveModels(models: SourceModels | undefined, ease: ItemRows | null): SourceModels {
  if (!models) return NO_MODELS;
  return ease && models.ease ? { ...models, ease } : models;
}

/**
 * A candidate source: scores products for a customer, in one way or several that share the work. The same function serves
 * training, as of then (the shop's state, the profile and the models are as of then), and serving.
 */
export interface Source {
  /** Of the scores it gives. */
  readonly names: readonly string[];
  /** Adds scores to empty vectors, one a name; those above 0 make candidates. */
  score(shop: ShopState, profile: CustomerProfile, outs: readonly ScoreVector[], models: SourceModels): void;
}

/** A candidate source that says the same to everybody. */
export interface ShopSource {
  readonly name: string;
  /** How much each product is wanted as of `now` (ms), from its figures; those above 0 make candidates. */
  scoring(stats: ProductStats, now: number): (product: number) => number;
}
