import { MS_PER_DAY } from '../../learn/durations';
import type { Source } from './source';

/** Half-life of a purchased product's weight, days. */
const HALF_LIFE = 60;

/**
 * Products bought in one order with products that the customer has bought. A purchased product has weight 1 on the day
 * of the customer's latest order with it, and its weight halves every 60 days.
 */
export const coPurchase: Source = {
  names: ['co-purchase'],
  score(shop, profile, [out]) {
    for (const [product, purchase] of profile.purchases) {
      const age = (profile.now - purchase.orderTimes[purchase.orderTimes.length - 1]) / MS_PER_DAY;
      const weight = Math.pow(2, -Math.max(0, age) / HALF_LIFE);
      const { candidates, similarities, length } = shop.purchaseNeighbours.candidatesOf(product);
      out.addMany(candidates, similarities, length, weight);
    }
  },
};
