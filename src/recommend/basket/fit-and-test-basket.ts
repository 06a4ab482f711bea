import type { Measure } from '../../models/gate';
import { tryBasket } from './basket-evidence';
import type { BasketWindow } from './basket-examples';
import type { BasketModel } from './basket-model';
import type { BasketSection } from './basket-section';
import { fitBasket } from './fit-basket';
import type { OrderAffinities } from './order-affinities';

export interface BasketTestOptions {
  /** What an earlier version has: null, where it completes baskets without a fit; undefined: there is none. */
  readonly incumbent: BasketModel | null | undefined;
  /** What the best version so far has, in the same way. */
  readonly best?: BasketModel | null;
  /** As of now: what the ranker is to be served with. */
  readonly affinities: () => OrderAffinities | null;
  readonly onProgress?: (stage: string) => void;
}

export interface TestedBasket {
  /** Null where it was too little to learn from, or no better than the completion that needs no fit. */
  readonly section: BasketSection | null;
  /** What completes baskets under this version, on the newest window. */
  readonly measures: readonly Measure[];
}

/** Fits the basket ranker, and keeps it if the one of the older windows was worth it on the newest. */
export function fitAndTestBasket(
  windows: readonly BasketWindow[],
  { incumbent, best, affinities, onProgress }: BasketTestOptions,
): TestedBasket {
  const fitted = fitBasket(windows, onProgress);
  const twin = fitted?.twin ?? null;
  const { measures, isWorthIt } = tryBasket(windows.at(-1)?.whole ?? [], twin, incumbent, best);
  if (fitted === null || twin === null || !isWorthIt || !fitted.model.isFinite()) return { section: null, measures };
  return { section: { model: fitted.model, twin, affinities: affinities() }, measures };
}
