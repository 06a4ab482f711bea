import type { CustomerProfile } from '../../features/customer-profile';
import { MS_PER_DAY } from '../../learn/durations';
import type { PurchasedProduct } from '../../live-state/history';
import type { BasketFeature, BasketFeatureBlock } from './feature-table';

/** The basket in relation to the customer's history. */
interface KnownBasket {
  readonly profile: CustomerProfile;
  readonly size: number;
  /** For each earlier order that shares products with the basket, by its time (ms): the number of shared products. */
  readonly overlaps: ReadonlyMap<number, number>;
  /** For each of these orders, by its time (ms): the number of all its products. */
  readonly sizes: ReadonlyMap<number, number>;
  /** Share of the basket's products that the customer has bought before. */
  readonly knownShare: number;
  /** Mean of ln(1 + days since the last purchase) over the products bought before; 0 if there are none. */
  readonly meanLogDays: number;
}

function knownBasket(profile: CustomerProfile, items: Int32Array): KnownBasket {
  const { purchases, now } = profile;
  const overlaps = new Map<number, number>();
  const sizes = new Map<number, number>();
  let knownCount = 0;
  let logDays = 0;
  for (const item of items) {
    const bought = purchases.get(item);
    if (bought === undefined) continue;
    knownCount++;
    logDays += Math.log1p(daysSince(lastOrderTime(bought), now));
    for (const time of bought.orderTimes) overlaps.set(time, (overlaps.get(time) ?? 0) + 1);
  }
  for (const { orderTimes } of purchases.values()) {
    for (const time of orderTimes) if (overlaps.has(time)) sizes.set(time, (sizes.get(time) ?? 0) + 1);
  }
  return {
    profile,
    size: Math.max(1, items.length),
    overlaps,
    sizes,
    knownShare: knownCount / Math.max(1, items.length),
    meanLogDays: knownCount === 0 ? 0 : logDays / knownCount,
  };
}

const lastOrderTime = (bought: PurchasedProduct): number => bought.orderTimes[bought.orderTimes.length - 1];
const daysSince = (time: number, now: number): number => Math.max(0, now - time) / MS_PER_DAY;

const OWN_FEATURES = [
  'bought before',
  'log orders with it',
  'log orders, half-life 30 days',
  'log orders, half-life 120 days',
  'log days since bought',
  'share of orders since first bought',
  'in the newest order',
  'overdue',
  'bought within a day',
  'bought within 8 days',
  'log orders with it and the basket',
  'the same, half-life 60 days',
  'likest order',
  'bought × known share of basket',
  'bought × log customer orders',
  'bought × repeat share',
  '|log days − basket’s|',
] as const;

/** Fills the {@link OWN_FEATURES} features for a product that the customer has bought. */
function fillHistoryFeatures(basket: KnownBasket, bought: PurchasedProduct, values: Float64Array, at: number): void {
  const { profile, overlaps, sizes } = basket;
  const { now, orderAges } = profile;
  const times = bought.orderTimes;
  const daysSinceLast = daysSince(lastOrderTime(bought), now);
  const daysSinceFirst = daysSince(times[0], now);
  let [monthWeight, seasonWeight, sharedCount, recentSharedCount, maxSimilarity] = [0, 0, 0, 0, 0];
  for (const time of times) {
    const age = daysSince(time, now);
    monthWeight += Math.pow(2, -age / 30);
    seasonWeight += Math.pow(2, -age / 120);
    const overlap = overlaps.get(time);
    if (overlap === undefined) continue;
    sharedCount += overlap;
    recentSharedCount += overlap * Math.pow(2, -age / 60);
    maxSimilarity = Math.max(maxSimilarity, overlap / Math.sqrt(basket.size * (sizes.get(time) ?? 1)));
  }
  let ordersSinceFirst = 0;
  while (ordersSinceFirst < orderAges.length && orderAges[ordersSinceFirst] <= daysSinceFirst) ordersSinceFirst++;
  const meanGap = times.length > 1 ? (daysSinceFirst - daysSinceLast) / (times.length - 1) : daysSinceFirst;
  const logDays = Math.log1p(daysSinceLast);
  values[at] = 1;
  values[at + 1] = Math.log1p(times.length);
  values[at + 2] = Math.log1p(monthWeight);
  values[at + 3] = Math.log1p(seasonWeight);
  values[at + 4] = logDays;
  values[at + 5] = times.length / Math.max(1, ordersSinceFirst);
  values[at + 6] = daysSinceLast <= orderAges[0] ? 1 : 0;
  values[at + 7] = Math.min(2, Math.max(-2, Math.log((daysSinceLast + 7) / (meanGap + 7))));
  values[at + 8] = daysSinceLast < 1 ? 1 : 0;
  values[at + 9] = daysSinceLast < 8 ? 1 : 0;
  values[at + 10] = Math.log1p(sharedCount);
  values[at + 11] = Math.log1p(recentSharedCount);
  values[at + 12] = maxSimilarity;
  values[at + 13] = basket.knownShare;
  values[at + 14] = Math.log1p(orderAges.length);
  values[at + 15] = profile.repeatShare;
  values[at + 16] = basket.knownShare > 0 ? Math.abs(logDays - basket.meanLogDays) : 0;
}

/**
 * Features of the customer's history: frequency, recency and rhythm of repeat purchases, and earlier orders that share
 * products with the basket.
 */
export const HISTORY_FEATURES: BasketFeatureBlock = {
  features: [
    ...OWN_FEATURES.map((name): BasketFeature => ({ name, group: 'personal-frequency' })),
    { name: 'log orders × new share of basket', group: 'popularity' },
    { name: 'log month × log customer orders', group: 'popularity' },
  ],
  fill({ shop, items, profile }, { products, count }, table, column) {
    if (profile === null) return;
    const basket = knownBasket(profile, items);
    const newShare = 1 - basket.knownShare;
    const orders = Math.log1p(profile.orderAges.length);
    const monthScale = shop.stats.month.scaleAt(shop.clock);
    const { values, width } = table;
    for (let c = 0, at = column; c < count; c++, at += width) {
      const product = products[c];
      const bought = profile.purchases.get(product);
      if (bought !== undefined) fillHistoryFeatures(basket, bought, values, at);
      values[at + OWN_FEATURES.length] = Math.log1p(shop.purchase.n(product)) * newShare;
      values[at + OWN_FEATURES.length + 1] = Math.log1p(shop.stats.month.relative(product) * monthScale) * orders;
    }
  },
};
