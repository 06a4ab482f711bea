import { customerProfile } from '../../features/customer-profile';
import { listOfIndexes } from '../serving/candidate-list';
import { MAX_REASONS } from '../serving/explain';
import type { SparseItemMatrix } from '../artefact/sparse-item-matrix';
import type { RankingReason, RecommendInput } from '../serving/list-input';
import { NO_MODELS } from '../sources/source';
import { strongestNeighbour } from '../serving/strongest-neighbour';
import { admitsIndex, type FallbackStage } from '../serving/fallback-stages';
import type { BasketModel } from './basket-model';
import { BasketRanking } from './basket-ranking';
import { basketItems, type BasketContext } from './basket-context';
import type { BasketGroup } from './feature-table';
import type { OrderAffinities } from './order-affinities';

/** The parts of a basket ranker that are needed to serve it. */
export interface ServedBasket {
  readonly model: BasketModel;
  readonly affinities: OrderAffinities | null;
}

/** Products that complete the basket, ranked by the fitted ranker. It uses the customer's history if there is one. */
export function basketStage(input: RecommendInput, { model, affinities }: ServedBasket): FallbackStage {
  const { shop, history, now } = input;
  const models = input.models ?? NO_MODELS;
  const items = basketItems(shop, input.productIds);
  const hasHistory = history !== null && history.purchases().length > 0;
  let ranking: BasketRanking | undefined;
  return {
    scale: 'log-odds',
    candidates() {
      if (items.length === 0) return listOfIndexes(shop.products, [], []);
      const profile = hasHistory ? customerProfile(shop, history, now) : null;
      const newRanking = new BasketRanking({ shop, models, affinities, items, profile }, model, admitsIndex(input));
      ranking = newRanking;
      return listOfIndexes(shop.products, newRanking.products, newRanking.scores, newRanking.count);
    },
    reasons: ({ product }) => basketReasons(ranking as BasketRanking, product),
  };
}

/** Returns the feature groups that contribute most to a product's score. Their shares sum to 1. */
function basketReasons(ranking: BasketRanking, product: number): RankingReason[] {
  const strongest = Array.from(ranking.contributions(product))
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, MAX_REASONS);
  const reasons: [BasketGroup, number][] = strongest.length > 0 ? strongest : [['co-purchase', 1]];
  const total = reasons.reduce((sum, [, contribution]) => sum + contribution, 0);
  return reasons.map(([source, contribution]) => {
    const explainingIndex = explainingProduct(ranking.basket, source, product);
    const reason = { source, share: contribution / total };
    return explainingIndex < 0 ? reason : { ...reason, productId: ranking.basket.shop.products.idAt(explainingIndex) };
  });
}

/**
 * Returns the product of the basket, or else of the history, that contributes most to the score that a source gives to
 * `product`; −1 if there is none.
 */
function explainingProduct(
  { shop, models, items, profile }: BasketContext,
  source: BasketGroup,
  product: number,
): number {
  const strongestInEase = (
    ease: SparseItemMatrix | null,
    possibleSources: Int32Array | undefined,
  ): number | undefined => {
    const strongest =
      possibleSources === undefined ? -1 : (ease?.strongestSource(shop.products, possibleSources, product) ?? -1);
    return strongest < 0 ? undefined : strongest;
  };
  switch (source) {
    case 'co-purchase':
      return strongestNeighbour(shop.purchaseNeighbours, items, product);
    case 'co-interest':
      return strongestNeighbour(shop.interestNeighbours, items, product);
    case 'ease':
      return strongestInEase(models.ease, items) ?? strongestInEase(models.ease, profile?.interests) ?? -1;
    case 'personal-frequency':
      return profile?.purchases.has(product) === true ? product : -1;
    case 'temporal-ridge':
      return models.temporalRidge?.strongestSource(shop.products, profile?.interests ?? items, product) ?? -1;
    default:
      return -1;
  }
}
