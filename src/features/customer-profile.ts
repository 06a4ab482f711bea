import { MS_PER_DAY } from '../learn/durations';
import type { CustomerHistory, PurchasedProduct } from '../live-state/history';
import type { ShopState } from '../live-state/shop-state';

/** A customer's history as of `now`. Products are identified by index; products without an index are left out. */
export interface CustomerProfile {
  readonly now: number;
  /** Indexes of the products that the customer is interested in. */
  readonly interests: Int32Array;
  /** For each product of `interests`: days since the customer's newest event with it. */
  readonly interestAges: Float64Array;
  /** For each product of `interests`: time of the customer's newest event with it, ms. */
  readonly interestTimes: Float64Array;
  readonly purchases: ReadonlyMap<number, PurchasedProduct>;
  /** Days since each order of the customer, newest first. */
  readonly orderAges: Float64Array;
  /** Share of the customer's order lines whose product the customer had ordered before. */
  readonly repeatShare: number;
  /** Mean over the purchased products of ln(1 + age of the product in days when the customer last bought it). */
  readonly meanLogAgeBought: number;
  /** Mean over the purchased products of ln(1 + popularity, with a half-life of 30 days). */
  readonly meanLogPopularityBought: number;
}

export function customerProfile(shop: ShopState, history: CustomerHistory, now: number): CustomerProfile {
  const interests: number[] = [];
  const interestAges: number[] = [];
  const interestTimes: number[] = [];
  for (const { productId, lastAt } of history.interests()) {
    const product = shop.products.indexOf(productId);
    if (product < 0) continue;
    interests.push(product);
    interestAges.push(Math.max(0, now - lastAt) / MS_PER_DAY);
    interestTimes.push(lastAt);
  }
  const purchases = new Map<number, PurchasedProduct>();
  let lines = 0;
  let logAgeSum = 0;
  let logPopularitySum = 0;
  const monthScale = shop.stats.month.scaleAt(now);
  for (const purchase of history.purchases()) {
    const product = shop.products.indexOf(purchase.productId);
    if (product < 0) continue;
    purchases.set(product, purchase);
    lines += purchase.orderTimes.length;
    const lastAt = purchase.orderTimes[purchase.orderTimes.length - 1];
    logAgeSum += Math.log1p(Math.max(0, lastAt - shop.stats.firstSeen[product]) / MS_PER_DAY);
    logPopularitySum += Math.log1p(shop.stats.month.relative(product) * monthScale);
  }
  const orderTimes = history.orderTimes();
  return {
    now,
    interests: Int32Array.from(interests),
    interestAges: Float64Array.from(interestAges),
    interestTimes: Float64Array.from(interestTimes),
    purchases,
    orderAges: Float64Array.from(
      orderTimes,
      (_, i) => Math.max(0, now - orderTimes[orderTimes.length - 1 - i]) / MS_PER_DAY,
    ),
    repeatShare: lines === 0 ? 0 : (lines - purchases.size) / lines,
    meanLogAgeBought: purchases.size === 0 ? 0 : logAgeSum / purchases.size,
    meanLogPopularityBought: purchases.size === 0 ? 0 : logPopularitySum / purchases.size,
  };
}
