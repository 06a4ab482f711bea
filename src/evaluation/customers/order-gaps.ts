import { MS_PER_DAY } from '../../learn/durations';
import type { PurchaseSummary } from '../../features/purchase-summary';

/** Days between a customer's orders, on average; null with a single order. */
function meanGap({ orders }: PurchaseSummary): number | null {
  return orders.length < 2 ? null : (orders[orders.length - 1].at - orders[0].at) / (orders.length - 1) / MS_PER_DAY;
}

/**
 * Returns each customer's time since the last order, divided by the customer's mean gap between orders (at least a
 * day). A customer with one order has the median gap of the others.
 * @param summaries with at least one order each
 */
export function recencyByGap(summaries: readonly PurchaseSummary[]): Float64Array {
  const gaps = summaries.map(meanGap);
  const known = gaps.filter((gap) => gap !== null).sort((a, b) => a - b);
  const median = known.length > 0 ? known[known.length >> 1] : 1;
  return Float64Array.from(summaries, ({ asOf, orders }, i) => {
    const recency = (asOf - orders[orders.length - 1].at) / MS_PER_DAY;
    return recency / Math.max(1, gaps[i] ?? median);
  });
}
