import type { AdFeatures } from '../../../../src/ads/clicks/ad-features';
import type { AdImpression } from '../../../../src/ads/clicks/click-examples';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { probabilityOfLogOdds } from '../../../../src/learn/log-odds';

const PRODUCTS = [-0.9, -0.3, 0, 0.4, 1.1];
const SLOTS = [0, -0.5, -0.9, -1.2];
const QUERIES = ['kettl', 'steel kettl', ''];

export function adOf(product: number, query = ''): AdFeatures {
  return {
    ...{ placement: 'search-results', query, productId: `product-${product}` },
    ...{ categories: [product < 3 ? 'Kitchen' : 'Living'], lineItem: product + 1, advertiserId: `a${product % 3}` },
  };
}

/** The probability that a product is clicked in a slot. Both matter; the query does not. */
export function clickProbability(product: number, slot: number): number {
  return probabilityOfLogOdds(-2.5 + PRODUCTS[product] + SLOTS[slot - 1]);
}

/** Impressions, one a minute, with clicks by {@link clickProbability}. */
export function syntheticImpressions(count: number, seed = 1): AdImpression[] {
  const random = seededRandom(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  return Array.from({ length: count }, (_, index) => {
    const [product, slot, query] = [below(PRODUCTS.length), 1 + below(SLOTS.length), below(QUERIES.length)];
    const receivedAt = Date.UTC(2026, 0, 1) + index * 60_000;
    const clickedAt = random() < clickProbability(product, slot) ? receivedAt + 1_000 : null;
    return { ad: adOf(product, QUERIES[query]), slot, receivedAt, clickedAt, visitor: `v${index >> 2}` };
  });
}

/** Every product in every slot. */
export const EVERY_CELL = PRODUCTS.flatMap((_, product) => SLOTS.map((__, index) => ({ product, slot: index + 1 })));
