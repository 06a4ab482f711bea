import type { CustomerProfile } from '../../features/customer-profile';
import type { IalsModel } from '../artefact/ials-model';
import type { SparseItemMatrix } from '../artefact/sparse-item-matrix';
import type { ProductStats } from '../../live-state/product-stats';
import type { ScoreVector } from '../artefact/score-vector';
import type { ShopState } from '../../live-state/shop-state';
import type { TemporalRidgeModel } from '../artefact/temporal-ridge-model';

/** Models of the candidate sources. If a model is null, it has not been fitted yet and its source gives no scores. */
export interface SourceModels {
  readonly temporalRidge: TemporalRidgeModel | null;
  /** Rows of EASE: those of the ranker's fit, or the live rows. */
  readonly ease: SparseItemMatrix | null;
  readonly ials: IalsModel | null;
  /** Whether the ranker's fit uses nearest sessions and transitions. Both need no fit of their own. */
  readonly usesSessions: boolean;
}

export const NO_MODELS: SourceModels = { temporalRidge: null, ease: null, ials: null, usesSessions: false };

/** Returns the models for serving. The live EASE rows replace the EASE rows of the fit, if the fit has EASE rows. */
export function liveModels(models: SourceModels | undefined, ease: SparseItemMatrix | null): SourceModels {
  if (!models) return NO_MODELS;
  return ease && models.ease ? { ...models, ease } : models;
}

/**
 * A candidate source: gives products one or several scores for a customer, which are computed together. Training and
 * serving use the same function. In training, the shop's state, the profile and the models are those of a past instant.
 */
export interface Source {
  /** Names of the scores that the source gives. */
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
