import type { GateMeasure } from '../../models/gate-evidence';
import { evaluateBasketRanker } from './basket-evidence';
import type { BasketWindow } from './basket-examples';
import type { BasketModel } from './basket-model';
import type { BasketSection } from './basket-section';
import { fitBasket } from './fit-basket';
import type { OrderAffinities } from './order-affinities';

export interface BasketTestOptions {
  /**
   * Ranker of the active version. Null if this version completes baskets by co-purchase counts, without a fitted
   * ranker; undefined if no version is active.
   */
  readonly incumbent: BasketModel | null | undefined;
  /** Ranker of the best version so far, with the same meaning of null and undefined. */
  readonly best?: BasketModel | null;
  /** Returns how strongly products of one order belong together now. The ranker is served with these affinities. */
  readonly affinities: () => OrderAffinities | null;
  readonly onProgress?: (stage: string) => void;
}

export interface TestedBasket {
  /**
   * Null if there is too little data, or if the ranker is worse than completion by co-purchase counts or not better
   * than popularity.
   */
  readonly section: BasketSection | null;
  /** Quality of this version's basket completion on the newest window. */
  readonly measures: readonly GateMeasure[];
}

/**
 * Fits the basket ranker. It is accepted if a model that was fitted without the newest window (the holdout model) beats
 * the baselines on that window.
 */
export function fitAndTestBasket(
  windows: readonly BasketWindow[],
  { incumbent, best, affinities, onProgress }: BasketTestOptions,
): TestedBasket {
  const fitted = fitBasket(windows, onProgress);
  const holdoutModel = fitted?.holdoutModel ?? null;
  const { measures, beatsBaselines } = evaluateBasketRanker(
    windows.at(-1)?.fullLists ?? [],
    holdoutModel,
    incumbent,
    best,
  );
  if (fitted === null || holdoutModel === null || !beatsBaselines || !fitted.model.isFinite())
    return { section: null, measures };
  return { section: { model: fitted.model, holdoutModel, affinities: affinities() }, measures };
}
