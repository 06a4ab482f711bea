import type { CustomerProfile } from './customer-profile';
import { MS_PER_DAY } from '../learn/durations';
import type { RankerFeatureBlock } from './feature';
import { ITEM_COLUMNS } from './item-feature-cache';

/**
 * A feature with the same value for every candidate. It affects the ranking, because the ranker has separate weights
 * for products that were bought before.
 */
function customerFeature(name: string, value: (profile: CustomerProfile) => number): RankerFeatureBlock {
  return {
    names: [name],
    group: 'personal-frequency',
    fill({ profile, candidates }, out, from) {
      out.fill(value(profile), from, from + candidates.length);
    },
  };
}

/** Features of the customer alone, and features of the customer together with a product. */
export const CUSTOMER_FEATURES: readonly RankerFeatureBlock[] = [
  customerFeature('log customer orders', ({ orderAges }) => Math.log1p(orderAges.length)),
  customerFeature('log customer products', ({ purchases }) => Math.log1p(purchases.size)),
  customerFeature('log days since newest order', ({ orderAges }) =>
    Math.log1p(orderAges.length > 0 ? orderAges[0] : 365),
  ),
  customerFeature('repeat share', ({ repeatShare }) => repeatShare),
  {
    names: ['log orders since it came', 'came after the newest order', 'age × taste for age'],
    group: 'novelty',
    // An order that could have contained the product and didn't is weak evidence that the customer doesn't want it.
    fill({ shop, profile, candidates, bought, items }, out, from) {
      const rows = candidates.length;
      const { orderAges, now, meanLogAgeBought } = profile;
      const newestOrderAge = orderAges.length > 0 ? orderAges[0] : 0;
      const { firstSeen } = shop.stats;
      for (let c = 0; c < rows; c++) {
        const product = candidates[c];
        const age = (now - firstSeen[product]) / MS_PER_DAY;
        out[from + c] = c < bought.length ? 0 : Math.log1p(countUpTo(orderAges, age));
        out[from + rows + c] = age < newestOrderAge ? 1 : 0;
        out[from + 2 * rows + c] = items.get(product, ITEM_COLUMNS.logAge) * meanLogAgeBought;
      }
    },
  },
  {
    names: ['popularity × taste for popularity', 'popularity × log customer orders'],
    group: 'popularity',
    fill({ profile, candidates, items }, out, from) {
      const rows = candidates.length;
      const logOrders = Math.log1p(profile.orderAges.length);
      for (let c = 0; c < rows; c++) {
        const popularity = items.get(candidates[c], ITEM_COLUMNS.logMonth);
        out[from + c] = popularity * profile.meanLogPopularityBought;
        out[from + rows + c] = popularity * logOrders;
      }
    },
  },
];

/** Returns the number of values up to `limit`, by binary search. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
