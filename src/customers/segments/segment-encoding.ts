import type { DesignMatrix } from '../../learn/design-matrix';
import type { SegmentFeatures } from './segment-features';

/** The columns of every shop. Further columns follow, one per category. */
export const FIXED_COLUMNS = ['recency', 'frequency', 'money', 'basket', 'gap', 'gap-spread', 'discount'] as const;
export type FixedColumn = (typeof FIXED_COLUMNS)[number];

/**
 * Part of each column in the squared distance of two customers: its variance after scaling. The category columns
 * together have {@link CATEGORY_WEIGHT}.
 */
const WEIGHTS: Readonly<Record<FixedColumn, number>> = {
  recency: 1,
  frequency: 1,
  money: 0.7,
  basket: 0.5,
  gap: 0.3,
  'gap-spread': 0.1,
  discount: 0.25,
};
const CATEGORY_WEIGHT = 0.5;
const MAX_CATEGORIES = 8;
/** A category that fewer of the customers have bought has no column. */
const MIN_CATEGORY_CUSTOMERS = 0.05;
/** Values are clipped to these quantiles. */
const CLIP_QUANTILES = [0.01, 0.99] as const;
/** Values farther from the mean are clipped, too: rare values of a column do not outweigh the other columns. */
const MAX_DEVIATIONS = 3;
/** A share is computed as if the customer had placed this many further orders that are like the shop's average. */
const PRIOR_ORDERS = 2;
/** The least standard deviation that is scaled up: a column that hardly varies has hardly any effect. */
const MIN_DEVIATION = 0.1;
/** An encoding is replaced if the mean of a column has moved by more than this many of its standard deviations … */
const MAX_MEAN_DRIFT = 0.5;
/** … or if its standard deviation has changed by more than this factor … */
const MAX_DEVIATION_DRIFT = 1.5;
/** … or if the shop's share of a category has moved by more than this; a category without a column counts as 0. */
const MAX_SHARE_DRIFT = 0.15;

/** How one column is encoded: (clip(value, low, high) − mean) · factor. A missing value is 0. */
export interface EncodedColumn {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly factor: number;
}

/** The parameters of the encoding, all fitted. Plain data. */
export interface SegmentEncoding {
  /** A tenth of the shop's median basket: amounts are divided by it, so that the currency has no effect. */
  readonly amountUnit: number;
  /** The mean of the customers' discount shares. */
  readonly discountShare: number;
  /** The categories that have a column, and the mean of the customers' shares of each. */
  readonly categories: readonly { readonly name: string; readonly share: number }[];
  /** Those of {@link FIXED_COLUMNS}, then those of the categories. */
  readonly columns: readonly EncodedColumn[];
}

type Scales = Omit<SegmentEncoding, 'columns'>;

/** Fits the encoding of customers. The result does not depend on their sequence, except for rounding. */
export function fitSegmentEncoding(customers: readonly SegmentFeatures[]): SegmentEncoding {
  const baskets = customers.map(({ meanBasket }) => meanBasket).sort((a, b) => a - b);
  const scales: Scales = {
    amountUnit: (baskets[baskets.length >> 1] ?? 0) / 10 || 1,
    discountShare: mean(customers.map(({ discountShare }) => discountShare)),
    categories: topCategories(customers),
  };
  const width = FIXED_COLUMNS.length + scales.categories.length;
  const values = customers.map((customer) => rawValues(scales, customer, new Float64Array(width)));
  const moments = Array.from({ length: width }, (_, c) => clippedMoments(values.map((row) => row[c] as number)));
  const categoryDeviation = Math.sqrt(
    moments.slice(FIXED_COLUMNS.length).reduce((sum, { deviation }) => sum + deviation ** 2, 0),
  );
  const columns = moments.map(({ low, high, mean, deviation }, c): EncodedColumn => {
    const fixed = FIXED_COLUMNS[c];
    const factor =
      fixed === undefined
        ? Math.sqrt(CATEGORY_WEIGHT) / Math.max(categoryDeviation, MIN_DEVIATION)
        : Math.sqrt(WEIGHTS[fixed]) / Math.max(deviation, MIN_DEVIATION);
    return { low, high, mean, factor };
  });
  return { ...scales, columns };
}

/** Encodes a customer. `out` has one value per column of the encoding, and is returned. */
export function encodeSegmentFeatures(
  encoding: SegmentEncoding,
  customer: SegmentFeatures,
  out: Float64Array,
): Float64Array {
  rawValues(encoding, customer, out);
  encoding.columns.forEach(({ low, high, mean, factor }, c) => {
    const value = out[c] as number;
    out[c] = Number.isNaN(value) ? 0 : (Math.min(high, Math.max(low, value)) - mean) * factor;
  });
  return out;
}

/** The encoded customers as a matrix: customers × columns. */
export function encodedDesign(encoding: SegmentEncoding, customers: readonly SegmentFeatures[]): DesignMatrix {
  const columns = encoding.columns.length;
  const values = new Float64Array(customers.length * columns);
  customers.forEach((customer, row) =>
    encodeSegmentFeatures(encoding, customer, values.subarray(row * columns, (row + 1) * columns)),
  );
  return {
    rows: customers.length,
    columns,
    readRow: (row, out) => out.set(values.subarray(row * columns, (row + 1) * columns)),
  };
}

/**
 * Whether an earlier encoding may be used for customers whose own encoding is `fresh`. Distances of successive versions
 * are comparable while it may.
 */
export function encodingStillFits(earlier: SegmentEncoding, fresh: SegmentEncoding): boolean {
  const shares = (encoding: SegmentEncoding) => new Map(encoding.categories.map(({ name, share }) => [name, share]));
  const [sharesBefore, sharesNow] = [shares(earlier), shares(fresh)];
  for (const name of new Set([...sharesBefore.keys(), ...sharesNow.keys()]))
    if (Math.abs((sharesNow.get(name) ?? 0) - (sharesBefore.get(name) ?? 0)) > MAX_SHARE_DRIFT) return false;
  // Amounts are logarithms, so another unit moves their mean by about ln(ratio).
  const unitShift = Math.log(fresh.amountUnit / earlier.amountUnit);
  return FIXED_COLUMNS.every((name, c) => {
    const [before, now] = [earlier.columns[c]!, fresh.columns[c]!];
    const isAmount = name === 'money' || name === 'basket';
    const drift = now.mean + (isAmount ? unitShift : 0) - before.mean;
    const ratio = now.factor / before.factor;
    return (
      Math.abs(drift * before.factor) <= MAX_MEAN_DRIFT * Math.sqrt(WEIGHTS[name]) &&
      ratio <= MAX_DEVIATION_DRIFT &&
      ratio >= 1 / MAX_DEVIATION_DRIFT
    );
  });
}

/** The variance of a column after scaling, except for columns that hardly vary. */
export function columnWeight(column: number): number {
  const fixed = FIXED_COLUMNS[column];
  return fixed === undefined ? CATEGORY_WEIGHT : WEIGHTS[fixed];
}

/** Values before clipping and scaling; NaN for a missing value. */
function rawValues(scales: Scales, customer: SegmentFeatures, out: Float64Array): Float64Array {
  const { orders, meanGapDays, gapSpread, categoryShares } = customer;
  const amount = (value: number): number => Math.log1p(Math.max(0, value) / scales.amountUnit);
  const shrunk = (share: number, shopShare: number): number =>
    (orders * share + PRIOR_ORDERS * shopShare) / (orders + PRIOR_ORDERS);
  const fixed: Record<FixedColumn, number> = {
    recency: Math.log1p(customer.recencyDays),
    frequency: Math.log(orders),
    money: amount(customer.netAmount),
    basket: amount(customer.meanBasket),
    gap: meanGapDays === null ? NaN : Math.log1p(meanGapDays),
    'gap-spread': gapSpread ?? NaN,
    discount: shrunk(customer.discountShare, scales.discountShare),
  };
  FIXED_COLUMNS.forEach((column, c) => (out[c] = fixed[column]));
  scales.categories.forEach(({ name, share }, c) => {
    const own = categoryShares.size === 0 ? share : (categoryShares.get(name) ?? 0);
    out[FIXED_COLUMNS.length + c] = shrunk(own, share);
  });
  return out;
}

/** The categories with the greatest mean shares, without rare ones. Sorted by name. */
function topCategories(customers: readonly SegmentFeatures[]): { name: string; share: number }[] {
  const sums = new Map<string, { share: number; customers: number }>();
  let categorised = 0;
  for (const { categoryShares } of customers) {
    if (categoryShares.size > 0) categorised++;
    for (const [name, share] of categoryShares) {
      const sum = sums.get(name) ?? { share: 0, customers: 0 };
      sum.share += share;
      sum.customers++;
      sums.set(name, sum);
    }
  }
  return Array.from(sums)
    .filter(([, sum]) => sum.customers >= MIN_CATEGORY_CUSTOMERS * customers.length)
    .map(([name, sum]) => ({ name, share: sum.share / categorised }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function clippedMoments(values: readonly number[]): { low: number; high: number; mean: number; deviation: number } {
  const present = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (present.length === 0) return { low: 0, high: 0, mean: 0, deviation: 0 };
  const quantile = (share: number): number => present[Math.round(share * (present.length - 1))] as number;
  let [low, high] = CLIP_QUANTILES.map(quantile) as [number, number];
  const clipped = (): number[] => present.map((value) => Math.min(high, Math.max(low, value)));
  const first = clipped();
  const centre = mean(first);
  const reach = MAX_DEVIATIONS * deviationOf(first, centre);
  low = Math.max(low, centre - reach);
  high = Math.min(high, centre + reach);
  const final = clipped();
  const finalMean = mean(final);
  return { low, high, mean: finalMean, deviation: deviationOf(final, finalMean) };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[], centre: number): number {
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
