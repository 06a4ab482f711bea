import type { PurchasedProduct } from '../recommend/history';
import type { CustomerProfile } from './customer-profile';
import { DAY, type Feature } from './feature';

const lastOf = (bought: PurchasedProduct): number => bought.orderTimes[bought.orderTimes.length - 1];
const daysSince = (time: number, now: number): number => Math.max(0, now - time) / DAY;

/** A feature of what the customer has bought of the product; 0 where that is nothing. */
function ofPurchases(name: string, value: (bought: PurchasedProduct, profile: CustomerProfile) => number): Feature {
  return {
    name,
    group: 'personal-frequency',
    prepare:
      ({ profile }) =>
      (_, bought) =>
        bought === undefined ? 0 : value(bought, profile),
  };
}

function decayedOrders(halfLife: number): Feature {
  return ofPurchases(`log orders, half-life ${halfLife} days`, (bought, { now }) => {
    let sum = 0;
    for (const time of bought.orderTimes) sum += Math.pow(2, -daysSince(time, now) / halfLife);
    return Math.log1p(sum);
  });
}

/** Mean days between orders; a whole history's span where there was one only. */
function rhythm(orders: number, firstAge: number, lastAge: number): number {
  return orders > 1 ? (firstAge - lastAge) / (orders - 1) : firstAge;
}

/** Frequency, recency and rhythm of what the customer buys again. */
export const PERSONAL_FEATURES: readonly Feature[] = [
  ofPurchases('log orders with it', (bought) => Math.log1p(bought.orderTimes.length)),
  decayedOrders(30),
  decayedOrders(120),
  ofPurchases('log days since bought', (bought, { now }) => Math.log1p(daysSince(lastOf(bought), now))),
  ofPurchases('log net units', (bought) => Math.log1p(Math.max(0, bought.netUnits))),
  ofPurchases('share of orders since first bought', (bought, { now, orderAges }) => {
    const firstAge = daysSince(bought.orderTimes[0], now);
    let since = 0;
    while (since < orderAges.length && orderAges[since] <= firstAge) since++;
    return bought.orderTimes.length / Math.max(since, 1);
  }),
  ofPurchases('in the newest order', (bought, { now, orderAges }) =>
    daysSince(lastOf(bought), now) <= orderAges[0] ? 1 : 0,
  ),
  ofPurchases('overdue', (bought, { now }) => {
    const lastAge = daysSince(lastOf(bought), now);
    const gap = rhythm(bought.orderTimes.length, daysSince(bought.orderTimes[0], now), lastAge);
    return Math.min(2, Math.max(-2, Math.log((lastAge + 7) / (gap + 7))));
  }),
];
