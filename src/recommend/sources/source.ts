import type { CustomerProfile } from '../../features/customer-profile';
import type { IalsModel } from '../ials-model';
import type { SparseItemMatrix } from '../sparse-item-matrix';
import type { ProductStats } from '../product-stats';
import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';
import type { TemporalRidgeModel } from '../temporal-ridge-model';

/** Models of the candidate sources. Null: not fitted yet, and the source gives no scores. */
export interface SourceModels {
  readonly temporalRidge: TemporalRidgeModel | null;
  /** Rows of EASE: as of the fit, or the live ones. */
  readonly ease: SparseItemMatrix | null;
  readonly ials: IalsModel | null;
}

export const NO_MODELS: SourceModels = { temporalRidge: null, ease: null, ials: null };

/** Returns the models for serving: the live EASE rows replace those of the fit, if the fit has any. */
export function liveModels(models: SourceModels | undefined, ease: SparseItemMatrix | null): SourceModels {
  if (!models) return NO_MODELS;
  return ease && models.ease ? { ...models, ease } : models;
}

/**
 * A candidate source: scores products for a customer in one or several ways that share the work. Training and serving
 * use the same function. In training, the shop's state, the profile and the models are those of a past instant.
 */
export interface Source {
  /** Names of the scores that it gives. */
  readonly names: readonly string[];
  /** Adds scores to empty vectors, one per name. Products with a score above 0 become candidates. */
  score(shop: ShopState, profile: CustomerProfile, outs: readonly ScoreVector[], models: SourceModels): void;
}

/** A candidate source whose scores are the same for all customers. */
export interface ShopSource {
  readonly name: string;
  /** Returns the scoring function as of `now` (ms). Products with a score above 0 become candidates. */
  scoring(stats: ProductStats, now: number): (product: number) => number;
}
