import type { Measure } from '../../models/gate';
import type { BasketList } from './basket-examples';
import { columnsOf, type BasketModel } from './basket-model';
import { BASKET_FEATURES } from './feature-set';

const TOP = 10;
const POPULARITY = columnNamed('log month');
/** What completes a basket without a fitted ranker: see {@link completeBasket}. */
const COMPLETION = columnNamed('score weighed');

/** Scores of a list's candidates. */
type Ranker = (list: BasketList) => Float64Array;

/** What rankers that never saw a window's baskets are worth on them. */
export interface BasketTrial {
  /** NDCG@10 of the hidden product, anonymous baskets and those of known customers apart; none where nothing is new. */
  readonly measures: readonly Measure[];
  /** Whether the candidate is at least as good as the completion that needs no fit, and better than popularity. */
  readonly isWorthIt: boolean;
}

/**
 * @param whole lists with all their candidates
 * @param candidate null: the completion that needs no fit
 * @param incumbent null: it has none, and completes in that way; undefined: nothing is active
 * @param best of the best version so far; likewise
 */
export function tryBasket(
  whole: readonly BasketList[],
  candidate: BasketModel | null,
  incumbent: BasketModel | null | undefined,
  best?: BasketModel | null,
): BasketTrial {
  const kinds = [
    { name: 'NDCG@10 basket', lists: whole.filter(({ part }) => part.startsWith('anonymous')) },
    { name: 'NDCG@10 basket, customer known', lists: whole.filter(({ part }) => part.startsWith('known')) },
  ].filter(({ lists }) => lists.length > 0);
  const ranker = rankerOf(candidate);
  const isWorthIt =
    candidate !== null &&
    kinds.length > 0 &&
    mean(ndcgs(whole, ranker)) >= mean(ndcgs(whole, byCompletion)) &&
    kinds.every(({ lists }) => mean(ndcgs(lists, ranker)) > mean(ndcgs(lists, byPopularity)));
  if (!isWorthIt && incumbent === undefined) return { measures: [], isWorthIt };
  const measures = kinds.map(({ name, lists }): Measure => ({
    name,
    candidate: ndcgs(lists, isWorthIt ? ranker : byCompletion),
    incumbent: incumbent === undefined ? null : ndcgs(lists, rankerOf(incumbent)),
    best: best === undefined ? null : ndcgs(lists, rankerOf(best)),
    popularity: ndcgs(lists, byPopularity),
  }));
  return { measures, isWorthIt };
}

function rankerOf(model: BasketModel | null): Ranker {
  if (model === null || !model.fits()) return byCompletion;
  return ({ part, rows, features }) => {
    const scores = new Float64Array(rows);
    model.score(part, features, rows, columnsOf(part), scores);
    return scores;
  };
}

const byColumn =
  (column: number): Ranker =>
  ({ part, rows, features }) =>
    Float64Array.from({ length: rows }, (_, row) => features[row * columnsOf(part) + column]);

const byCompletion = byColumn(COMPLETION);
const byPopularity = byColumn(POPULARITY);

/** One product is right, so the ideal is 1: 1 / log2(place + 1) within the first ten. */
function ndcgs(lists: readonly BasketList[], ranker: Ranker): Float64Array {
  return Float64Array.from(lists, (list) => {
    if (list.chosen < 0) return 0;
    const scores = ranker(list);
    const better = scores.reduce(
      (count, score, row) =>
        count + Number(score > scores[list.chosen] || (score === scores[list.chosen] && row < list.chosen)),
      0,
    );
    return better < TOP ? 1 / Math.log2(better + 2) : 0;
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function columnNamed(name: string): number {
  return BASKET_FEATURES.findIndex((feature) => feature.name === name);
}
