import type { ServedBasket } from '../../recommend/basket/basket-stage';
import type { RankerModel } from '../../recommend/artefact/ranker-model';
import type { CustomerHistory } from '../../live-state/history';
import { Calibration, type CalibrationFigures } from '../../learn/calibration';
import type { PointInTimeView } from '../../live-state/replay/point-in-time-replay';
import { PersonalRanking } from '../../recommend/serving/personal-ranking';
import { buildList, type RecommendInput } from '../../recommend/serving/build-list';
import type { SourceModels } from '../../recommend/sources/source';
import { EVALUATED_LIST_LENGTH, type BasketRanker, type CustomerRanker } from './baselines/baseline';
import type { TemporalSplit } from './protocol';

type RankingRequest = Pick<RecommendInput, 'intent' | 'history' | 'productIds' | 'includePurchased'> & {
  readonly now?: number;
};

const NONE: ReadonlySet<string> = new Set<string>();

/** Freshet as an evaluated model: see {@link freshetRanker}. */
export interface FreshetRanker extends CustomerRanker, BasketRanker {
  /** Completes the basket of a customer with the given history, as of `at` (ms). */
  completeFor(history: CustomerHistory | null, context: readonly number[], at: number): ArrayLike<number>;
  /** Returns the calibration of the purchase probabilities; undefined if there is no fitted ranker. */
  calibration(): CalibrationFigures | undefined;
}

/**
 * Freshet as an evaluated model: `buildList` as the API calls it, on the shop state as of the start of the test window.
 * Mode *new* uses the intent PERSONAL with `includePurchased: false`. Baskets use the intent BASKET, with or without
 * the customer's history.
 */
export function freshetRanker(
  view: PointInTimeView,
  split: TemporalSplit,
  blend: RankerModel | null,
  models: SourceModels,
  basket: ServedBasket | null,
): FreshetRanker {
  const { shop } = view;
  const recommendProducts = (input: RankingRequest): number[] =>
    buildList({
      shop,
      exclude: NONE,
      eligible: () => true,
      blend,
      basket,
      models,
      now: split.testStart,
      limit: EVALUATED_LIST_LENGTH,
      ...input,
    }).map(({ productId }) => split.products.indexOf(productId));
  const idsOf = (context: readonly number[]): string[] => context.map((product) => split.products.idAt(product));
  return {
    model: 'freshet',
    rank: (customer, masked) =>
      recommendProducts({
        intent: 'PERSONAL',
        history: view.historyOfId(split.customers.idAt(customer)) ?? null,
        productIds: [],
        // Mode *repeat* uses the default, which excludes products bought just now; `true` would include them.
        includePurchased: masked.size === 0 ? undefined : false,
      }),
    calibration() {
      if (blend === null) return undefined;
      const calibration = new Calibration();
      for (const { customer, truth } of split.testCustomers) {
        const history = view.historyOfId(split.customers.idAt(customer));
        if (history === undefined) continue;
        const ranking = new PersonalRanking(shop, history, split.testStart, blend, models);
        ranking.candidates.forEach((product, c) => {
          const splitIndex = split.products.indexOf(shop.products.idAt(product));
          calibration.add(ranking.scores[c], truth.has(splitIndex));
        });
      }
      return calibration.figures();
    },
    complete: (context) => recommendProducts({ intent: 'BASKET', history: null, productIds: idsOf(context) }),
    completeFor: (history, context, now) =>
      recommendProducts({ intent: 'BASKET', history, productIds: idsOf(context), now }),
  };
}
