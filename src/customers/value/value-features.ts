import { MS_PER_DAY } from '../../learn/durations';
import type { PurchaseSummary } from '../../features/purchase-summary';

/** Lengths in days of the windows before the cut whose orders and amounts are features. */
const WINDOW_DAYS = [30, 90, 180, 365] as const;
/** A customer's gaps between orders are averaged together with one gap of this length, so that each customer has one. */
const PRIOR_GAP_DAYS = 90;
/** Amounts of orders below this enter logarithms as this. */
const MIN_LOG_AMOUNT = 0.01;
/** The rate of purchases is the net amount of at most the last year, in this many days. */
const RATE_DAYS = 90;
const YEAR_DAYS = 365;
/** A customer is a recent buyer with an order in the last 180 days. Churn is predicted for recent buyers. */
const RECENT_DAYS = 180;

interface ValueFeature {
  readonly name: string;
  /** An amount in the shop's main currency. The model divides it by a typical amount; see `feature-scaling.ts`. */
  readonly isAmount?: true;
}

const amount = (name: string): ValueFeature => ({ name, isAmount: true });
const plain = (name: string): ValueFeature => ({ name });

/** The features, in the order in which {@link fillValueFeatures} writes them. */
export const VALUE_FEATURES: readonly ValueFeature[] = [
  amount('netAmountRate'),
  amount('lastOrder'),
  amount('netAmount'),
  ...WINDOW_DAYS.map((days) => amount(`netAmount${days}`)),
  ...WINDOW_DAYS.map((days) => plain(`orders${days}`)),
  plain('orders'),
  plain('hasOneOrder'),
  plain('recency'),
  plain('tenure'),
  plain('activeShare'),
  plain('orderRate'),
  plain('recencyByGap'),
  plain('gapVariation'),
  plain('meanLogOrder'),
  plain('spreadLogOrder'),
  plain('returnedShare'),
  plain('discountShare'),
  plain('linesPerOrder'),
  plain('productsPerLine'),
  plain('weekendShare'),
];

/** Columns of features that the model also uses by themselves. */
const RATE_COLUMN = 0;
export const LAST_ORDER_COLUMN = 1;

/** Whether a customer had an order in the {@link RECENT_DAYS} days before the summary's instant. */
export function isRecentBuyer({ orders, asOf }: PurchaseSummary): boolean {
  return orders.length > 0 && orders[orders.length - 1].at >= asOf - RECENT_DAYS * MS_PER_DAY;
}

/**
 * Returns the net amount that the customer spent in a horizon, on average of the last year or since the first order (at
 * least 90 days), never negative.
 * @param features a row of {@link fillValueFeatures}
 */
export function pastAmount(features: ArrayLike<number>, horizonDays: number): number {
  return Math.max(0, (features[RATE_COLUMN] * horizonDays) / RATE_DAYS);
}

/**
 * Writes a customer's features as of the summary's instant, before standardisation. They depend only on lines before
 * the instant. Counts and durations in days enter as ln(1 + x); amounts are in the shop's main currency.
 * @param out one value for each of {@link VALUE_FEATURES}; overwritten
 */
export function fillValueFeatures(summary: PurchaseSummary, out: Float64Array): void {
  const { asOf, orders, returns, lineCount } = summary;
  const count = orders.length;
  const last = count > 0 ? orders[count - 1] : undefined;
  const recency = (asOf - (last?.at ?? asOf)) / MS_PER_DAY;
  const tenure = (asOf - (count > 0 ? orders[0].at : asOf)) / MS_PER_DAY;
  const gap = (tenure - recency + PRIOR_GAP_DAYS) / Math.max(1, count);

  const orderCounts = new Float64Array(WINDOW_DAYS.length);
  const amounts = new Float64Array(WINDOW_DAYS.length);
  let orderedAmount = 0;
  let logSum = 0;
  let logSquares = 0;
  for (const order of orders) {
    const log = Math.log(Math.max(MIN_LOG_AMOUNT, order.amount));
    orderedAmount += order.amount;
    logSum += log;
    logSquares += log * log;
    const age = (asOf - order.at) / MS_PER_DAY;
    for (let w = WINDOW_DAYS.length - 1; w >= 0 && age <= WINDOW_DAYS[w]; w--) {
      orderCounts[w]++;
      amounts[w] += order.amount;
    }
  }
  for (const returned of returns) {
    const age = (asOf - returned.at) / MS_PER_DAY;
    for (let w = WINDOW_DAYS.length - 1; w >= 0 && age <= WINDOW_DAYS[w]; w--) amounts[w] -= returned.amount;
  }
  const meanLog = count > 0 ? logSum / count : 0;
  const logVariance = count > 1 ? Math.max(0, logSquares / count - meanLog * meanLog) : 0;

  let f = 0;
  out[f++] = (amounts[WINDOW_DAYS.length - 1] * RATE_DAYS) / Math.min(YEAR_DAYS, Math.max(RATE_DAYS, tenure));
  out[f++] = last?.amount ?? 0;
  out[f++] = summary.netAmount;
  for (const value of amounts) out[f++] = value;
  for (const value of orderCounts) out[f++] = Math.log1p(value);
  out[f++] = Math.log1p(count);
  out[f++] = count === 1 ? 1 : 0;
  out[f++] = Math.log1p(recency);
  out[f++] = Math.log1p(tenure);
  out[f++] = tenure > 0 ? (tenure - recency) / tenure : 0;
  out[f++] = Math.log(count + 0.5) - Math.log(tenure + PRIOR_GAP_DAYS);
  out[f++] = Math.log1p(recency / gap);
  out[f++] = gapVariation(orders);
  out[f++] = meanLog;
  out[f++] = Math.sqrt(logVariance);
  out[f++] = orderedAmount > 0 ? Math.min(1, summary.returnedAmount / orderedAmount) : 0;
  out[f++] = summary.discountShare;
  out[f++] = Math.log1p(lineCount / Math.max(1, count));
  out[f++] = lineCount > 0 ? summary.productCount / lineCount : 0;
  out[f++] = summary.weekendShare;
}

/** Standard deviation of the gaps between orders, divided by their mean; 0 with fewer than two gaps. */
function gapVariation(orders: PurchaseSummary['orders']): number {
  const gapCount = orders.length - 1;
  if (gapCount < 2) return 0;
  const mean = (orders[gapCount].at - orders[0].at) / gapCount;
  if (mean === 0) return 0;
  let squares = 0;
  for (let i = 1; i <= gapCount; i++) squares += (orders[i].at - orders[i - 1].at - mean) ** 2;
  return Math.sqrt(squares / gapCount) / mean;
}
