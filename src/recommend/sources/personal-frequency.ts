import type { Source } from './source';

const HALF_LIFE = 120;
const DAY = 86_400_000;

/** What the customer buys again and again: orders with the product, each counting ½ + ½ · 2^(−age/120 d). */
export const personalFrequency: Source = {
  names: ['personal-frequency'],
  score(_shop, profile, [out]) {
    for (const [product, purchase] of profile.purchases) {
      for (const at of purchase.orderTimes) {
        out.add(product, 0.5 + 0.5 * Math.pow(2, -Math.max(0, profile.now - at) / (HALF_LIFE * DAY)));
      }
    }
  },
};
