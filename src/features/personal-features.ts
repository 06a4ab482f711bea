import type { PurchasedProduct } from '../live-state/history';
import type { CustomerProfile } from './customer-profile';
import { MS_PER_DAY } from '../learn/durations';
import type { RankerFeatureBlock } from './feature';

const lastOf = (bought: PurchasedProduct): number => bought.orderTimes[bought.orderTimes.length - 1];
const daysSince = (time: number, now: number): number => Math.max(0, now - time) / MS_PER_DAY;

function decayedOrders({ orderTimes }: PurchasedProduct, now: number, halfLife: number): number {
  let sum = 0;
  for (const time of orderTimes) sum += Math.pow(2, -daysSince(time, now) / halfLife);
  return sum;
}

/** Returns the number of the customer's orders since the first order with the product, including it; at least 1. */
function ordersSince({ orderTimes }: PurchasedProduct, { now, orderAges }: CustomerProfile): number {
  const firstAge = daysSince(orderTimes[0], now);
  let orderCount = 0;
  while (orderCount < orderAges.length && orderAges[orderCount] <= firstAge) orderCount++;
  return Math.max(orderCount, 1);
}

/**
 * Returns how overdue a repeat order is: ln((days since the last order with the product + 7) / (mean days between such
 * orders + 7)), limited to ±2. After a single order, the days since that order replace the mean.
 */
function logOverdueRatio({ orderTimes }: PurchasedProduct, lastAge: number, now: number): number {
  const firstAge = daysSince(orderTimes[0], now);
  const gap = orderTimes.length > 1 ? (firstAge - lastAge) / (orderTimes.length - 1) : firstAge;
  return Math.min(2, Math.max(-2, Math.log((lastAge + 7) / (gap + 7))));
}

/** How often, how recently and how regularly the customer buys a product. All are 0 for products never bought. */
export const PERSONAL_FEATURES: RankerFeatureBlock = {
  names: [
    'log orders with it',
    'log orders, half-life 30 days',
    'log orders, half-life 120 days',
    'log days since bought',
    'log net units',
    'share of orders since first bought',
    'in the newest order',
    'overdue',
  ],
  group: 'personal-frequency',
  fill({ candidates, bought, profile }, out, from) {
    const rows = candidates.length;
    const { now, orderAges } = profile;
    out.fill(0, from, from + PERSONAL_FEATURES.names.length * rows);
    for (let c = 0; c < bought.length; c++) {
      const purchase = bought[c];
      const lastAge = daysSince(lastOf(purchase), now);
      let at = from + c;
      out[at] = Math.log1p(purchase.orderTimes.length);
      out[(at += rows)] = Math.log1p(decayedOrders(purchase, now, 30));
      out[(at += rows)] = Math.log1p(decayedOrders(purchase, now, 120));
      out[(at += rows)] = Math.log1p(lastAge);
      out[(at += rows)] = Math.log1p(Math.max(0, purchase.netUnits));
      out[(at += rows)] = purchase.orderTimes.length / ordersSince(purchase, profile);
      out[(at += rows)] = lastAge <= orderAges[0] ? 1 : 0;
      out[(at += rows)] = logOverdueRatio(purchase, lastAge, now);
    }
  },
};
