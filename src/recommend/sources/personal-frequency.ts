import { MS_PER_DAY } from '../../learn/durations';
import type { Source } from './source';

/** Half-life of the decaying part of an order's weight, days. */
const HALF_LIFE = 120;

/** Products that the customer buys repeatedly: each order with the product has weight ½ + ½ · 2^(−age/120 d). */
export const personalFrequency: Source = {
  names: ['personal-frequency'],
  score(_shop, profile, [out]) {
    for (const [product, purchase] of profile.purchases) {
      for (const at of purchase.orderTimes) {
        out.add(product, 0.5 + 0.5 * Math.pow(2, -Math.max(0, profile.now - at) / (HALF_LIFE * MS_PER_DAY)));
      }
    }
  },
};
