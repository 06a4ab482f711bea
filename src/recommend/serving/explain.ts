import type { PersonalRanking } from './personal-ranking';
import type { RankingReason } from './list-input';
import type { ShopState } from '../../live-state/shop-state';
import { strongestNeighbour } from './strongest-neighbour';

/** Maximum number of reasons per product, not counting a boost. */
export const MAX_REASONS = 3;

/** Returns the sources that contribute most to a product's score in a personal list. Their shares sum to 1. */
export function personalReasons(shop: ShopState, ranking: PersonalRanking, product: number): RankingReason[] {
  const contributions = Array.from(ranking.contributions(product))
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, MAX_REASONS);
  if (contributions.length === 0) return [{ source: 'popularity', share: 1 }];
  const total = contributions.reduce((sum, [, contribution]) => sum + contribution, 0);
  return contributions.map(([source, contribution]) => {
    const because = explainingProduct(shop, ranking, source, product);
    const reason = { source, share: contribution / total };
    return because < 0 ? reason : { ...reason, productId: shop.products.idAt(because) };
  });
}

/**
 * Returns the product of the customer's history that contributes most to the score that a source gives to `product`; −1
 * if there is none.
 */
function explainingProduct(shop: ShopState, ranking: PersonalRanking, source: string, product: number): number {
  if (source === 'personal-frequency') return product;
  if (source === 'co-interest' || source === 'recent-co-interest') {
    return strongestNeighbour(shop.interestNeighbours, ranking.profile.interests, product);
  }
  if (source === 'temporal-ridge') {
    return ranking.models.temporalRidge?.strongestSource(shop.products, ranking.profile.interests, product) ?? -1;
  }
  if (source === 'ease' || source === 'recent-ease') {
    return ranking.models.ease?.strongestSource(shop.products, ranking.profile.interests, product) ?? -1;
  }
  if (source === 'co-purchase') {
    return strongestNeighbour(shop.purchaseNeighbours, ranking.profile.purchases.keys(), product);
  }
  return -1;
}
