import type { GateMeasure } from '../../models/gate-evidence';
import type { BasketList } from './basket-examples';
import { columnCountOf, type BasketModel } from './basket-model';
import { BASKET_FEATURES } from './basket-features';

const TOP = 10;
const POPULARITY = columnNamed('log month');
/** Column of the score that ranks candidates if there is no fitted ranker: co-purchase counts, weighted by EASE. */
const COMPLETION = columnNamed('score weighed');

type BasketScorer = (list: BasketList) => Float64Array;

/** Quality of rankers on the baskets of a window that they were not fitted on. */
export interface BasketEvaluation {
  /**
   * NDCG@10 of the hidden product, separately for anonymous baskets and for baskets of known customers. Empty if the
   * candidate is rejected and no version is active.
   */
  readonly measures: readonly GateMeasure[];
  /** Whether the candidate is at least as good as completion by co-purchase counts, and better than popularity. */
  readonly beatsBaselines: boolean;
}

/**
 * Evaluates a basket ranker and compares it with earlier versions.
 * @param fullLists examples with all candidate products, not only a sample of them
 * @param candidate the new ranker; null if none was fitted; {@link COMPLETION} then ranks the products
 * @param incumbent ranker of the active version; null if it ranks by co-purchase counts, undefined if none is active
 * @param best ranker of the best version so far, with the same meaning of null and undefined
 */
export function evaluateBasketRanker(
  fullLists: readonly BasketList[],
  candidate: BasketModel | null,
  incumbent: BasketModel | null | undefined,
  best?: BasketModel | null,
): BasketEvaluation {
  const kinds = [
    { name: 'NDCG@10 basket', lists: fullLists.filter(({ part }) => part.startsWith('anonymous')) },
    { name: 'NDCG@10 basket, customer known', lists: fullLists.filter(({ part }) => part.startsWith('known')) },
  ].filter(({ lists }) => lists.length > 0);
  const ranker = rankerOf(candidate);
  const beatsBaselines =
    candidate !== null &&
    kinds.length > 0 &&
    mean(ndcgs(fullLists, ranker)) >= mean(ndcgs(fullLists, byCompletion)) &&
    kinds.every(({ lists }) => mean(ndcgs(lists, ranker)) > mean(ndcgs(lists, byPopularity)));
  if (!beatsBaselines && incumbent === undefined) return { measures: [], beatsBaselines };
  const measures = kinds.map(({ name, lists }): GateMeasure => ({
    name,
    candidate: ndcgs(lists, beatsBaselines ? ranker : byCompletion),
    incumbent: incumbent === undefined ? null : ndcgs(lists, rankerOf(incumbent)),
    best: best === undefined ? null : ndcgs(lists, rankerOf(best)),
    baseline: ndcgs(lists, byPopularity),
  }));
  return { measures, beatsBaselines };
}

function rankerOf(model: BasketModel | null): BasketScorer {
  if (model === null || !model.isCompatible()) return byCompletion;
  return ({ part, rows, features }) => {
    const scores = new Float64Array(rows);
    model.score(part, features, rows, columnCountOf(part), scores);
    return scores;
  };
}

const byColumn =
  (column: number): BasketScorer =>
  ({ part, rows, features }) =>
    Float64Array.from({ length: rows }, (_, row) => features[row * columnCountOf(part) + column]);

const byCompletion = byColumn(COMPLETION);
const byPopularity = byColumn(POPULARITY);

/**
 * Returns the NDCG@10 of each list. Exactly one product is relevant, so the ideal DCG is 1 and the value is
 * 1 / log2(rank + 1), or 0 below rank 10.
 */
function ndcgs(lists: readonly BasketList[], ranker: BasketScorer): Float64Array {
  return Float64Array.from(lists, (list) => {
    if (list.chosen < 0) return 0;
    const scores = ranker(list);
    const betterCount = scores.reduce(
      (count, score, row) =>
        count + Number(score > scores[list.chosen] || (score === scores[list.chosen] && row < list.chosen)),
      0,
    );
    return betterCount < TOP ? 1 / Math.log2(betterCount + 2) : 0;
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function columnNamed(name: string): number {
  return BASKET_FEATURES.findIndex((feature) => feature.name === name);
}
