import type { PersonalRanking } from './personal-ranking';
import type { Reason } from './recommendation';
import type { ShopState } from './shop-state';
import { strongestNeighbour } from './strongest-neighbour';

/** Reasons that a product of a list has. A boost is one more. */
export const MAX_REASONS = 3;

/** The sources that speak most for a product of a personal list, as shares of what those listed say. */
export function personalReasons(shop: ShopState, ranking: PersonalRanking, product: number): Reason[] {
  const contributions = Array.from(ranking.contributions(product))
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, MAX_REASONS);
  if (contributions.length === 0) return [{ source: 'popularity', share: 1 }];
  const total = contributions.reduce((sum, [, contribution]) => sum + contribution, 0);
  return contributions.map(([source, contribution]) => {
    const because = pastProduct(shop, ranking, source, product);
    const reason = { source, share: contribution / total };
    return because < 0 ? reason : { ...reason, productId: shop.products.idAt(because) };
  });
}

/** The product of the customer's past that a source's word rests on most; −1 where there is none. */
function pastProduct(shop: ShopState, ranking: PersonalRanking, source: string, product: number): number {
  if (source === 'personal-frequency') return product;
  if (source === 'co-interest' || source === 'recent-co-interest') {
    return strongestNeighbour(shop.interestNeighbours, ranking.profile.interests, product);
  }
  if (source === 'temporal-ridge') {
    return ranking.models.temporalRidge?.strongest(shop.products, ranking.profile.interests, product) ?? -1;
  }
  if (source === 'ease' || source === 'recent-ease') {
    return ranking.models.ease?.strongest(shop.products, ranking.profile.interests, product) ?? -1;
  }
  if (source === 'co-purchase') {
    return strongestNeighbour(shop.purchaseNeighbours, ranking.profile.purchases.keys(), product);
  }
  return -1;
}
