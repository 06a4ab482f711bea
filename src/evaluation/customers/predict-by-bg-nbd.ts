import { MS_PER_DAY } from '../../learn/durations';
import type { PurchaseSummary } from '../../features/purchase-summary';
import { expectedPurchases, fitBgNbd, type PurchaseTimes } from './bg-nbd';
import { expectedMeanAmount, fitGammaGamma, type PurchaseAmounts } from './gamma-gamma';

const MS_PER_WEEK = 7 * MS_PER_DAY;

/**
 * Predicts each customer's value in the horizon by BG/NBD with Gamma-Gamma, fitted on the same customers. Orders of one
 * day (UTC) are one purchase, as in the papers. A purchase's amount is the customer's net amount divided by the number
 * of purchases; the first purchase counts as well, so that customers with a single purchase are not all alike.
 * @param summaries of customers with at least one order
 */
export function predictByBgNbd(summaries: readonly PurchaseSummary[], horizonDays: number): Float64Array {
  const times = summaries.map(purchaseTimes);
  const amounts = summaries.map(({ netAmount }, i): PurchaseAmounts => {
    const count = times[i].repeats + 1;
    return { count, meanAmount: Math.max(0, netAmount) / count };
  });
  const paying = amounts.filter(({ meanAmount }) => meanAmount > 0);
  if (paying.length === 0) return new Float64Array(summaries.length);
  const visits = fitBgNbd(times);
  const spending = fitGammaGamma(paying);
  return Float64Array.from(
    times,
    (customer, i) => expectedPurchases(visits, customer, horizonDays / 7) * expectedMeanAmount(spending, amounts[i]),
  );
}

/** Times in weeks. */
function purchaseTimes({ asOf, orders }: PurchaseSummary): PurchaseTimes {
  const dayOf = (at: number): number => Math.floor(at / MS_PER_DAY);
  const first = orders[0].at;
  const last = orders[orders.length - 1].at;
  const repeats = new Set(orders.map(({ at }) => dayOf(at))).size - 1;
  return { repeats, lastAge: repeats > 0 ? (last - first) / MS_PER_WEEK : 0, age: (asOf - first) / MS_PER_WEEK };
}
