import type { CustomerProfile } from '../../features/customer-profile';
import type { IalsModel } from '../ials-model';
import type { ItemRows } from '../item-rows';
import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';
import type { TemporalRidgeModel } from '../temporal-ridge-model';

/** Fitted parameters that sources score with; null: not fitted yet, and the source has nothing to say. */
export interface SourceModels {
  readonly temporalRidge: TemporalRidgeModel | null;
  readonly ease: ItemRows | null;
  readonly ials: IalsModel | null;
}

export const NO_MODELS: SourceModels = { temporalRidge: null, ease: null, ials: null };

/**
 * A candidate source: scores products for a customer. The same function serves training, as of then (the shop's state,
 * the profile and the models are as of then), and serving.
 */
export interface Source {
  readonly name: string;
  /** Adds scores to an empty vector; those above 0 make candidates. */
  score(shop: ShopState, profile: CustomerProfile, out: ScoreVector, models: SourceModels): void;
}
