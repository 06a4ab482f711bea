import { MS_PER_DAY } from '../../learn/durations';
import type { PurchaseSummary } from '../../features/purchase-summary';

/** Customers with fewer orders are NEW: they have no segment. */
const MIN_ORDERS = 1;

/** What segments look at, in natural units. Amounts are in the shop's main currency. */
export interface SegmentFeatures {
  /** Days since the last order. */
  readonly recencyDays: number;
  readonly orders: number;
  /** Amount of all orders minus the amount of all returns. It may be negative. */
  readonly netAmount: number;
  /** Mean amount of an order. */
  readonly meanBasket: number;
  /** Mean number of days between successive orders; null with one order. */
  readonly meanGapDays: number | null;
  /** Standard deviation of the gaps divided by their mean; null with fewer than three orders, or if all gaps are 0. */
  readonly gapSpread: number | null;
  /** Share of the ordered amount that was bought below the list price. */
  readonly discountShare: number;
  /** Share of each category in the ordered amount of all products with a category. Empty if no product has one. */
  readonly categoryShares: ReadonlyMap<string, number>;
}

/** Returns null for a NEW customer: one with fewer than {@link MIN_ORDERS} orders. */
export function segmentFeatures(summary: PurchaseSummary): SegmentFeatures | null {
  const { asOf, orders, netAmount, discountShare, categoryAmounts } = summary;
  const first = orders[0];
  const last = orders.at(-1);
  if (first === undefined || last === undefined || orders.length < MIN_ORDERS) return null;
  let amount = 0;
  for (const order of orders) amount += order.amount;
  const gaps = orders.length - 1;
  const meanGapDays = gaps > 0 ? (last.at - first.at) / MS_PER_DAY / gaps : null;
  let categorised = 0;
  for (const categoryAmount of categoryAmounts.values()) categorised += categoryAmount;
  const categoryShares = new Map<string, number>();
  if (categorised > 0)
    for (const [category, categoryAmount] of categoryAmounts)
      categoryShares.set(category, categoryAmount / categorised);
  return {
    recencyDays: (asOf - last.at) / MS_PER_DAY,
    orders: orders.length,
    netAmount,
    meanBasket: amount / orders.length,
    meanGapDays,
    gapSpread: meanGapDays === null || gaps < 2 || meanGapDays === 0 ? null : spread(orders, meanGapDays),
    discountShare,
    categoryShares,
  };
}

function spread(orders: PurchaseSummary['orders'], meanGapDays: number): number {
  let squares = 0;
  let previous: number | undefined;
  for (const { at } of orders) {
    if (previous !== undefined) squares += ((at - previous) / MS_PER_DAY - meanGapDays) ** 2;
    previous = at;
  }
  return Math.sqrt(squares / (orders.length - 1)) / meanGapDays;
}
