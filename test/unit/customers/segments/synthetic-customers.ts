import { summarizePurchases, type PurchaseLine } from '../../../../src/features/purchase-summary';
import { segmentFeatures, type SegmentFeatures } from '../../../../src/customers/segments/segment-features';
import { seededRandom } from '../../../../src/learn/seeded-random';

export const NOW = Date.UTC(2026, 0, 5);
export const MS_PER_DAY = 86_400_000;

/** A kind of customer: an order every `gapDays`, `orders` of them, the last one `recencyDays` before {@link NOW}. */
export interface CustomerKind {
  readonly orders: number;
  readonly gapDays: number;
  readonly recencyDays: number;
  readonly basket: number;
  readonly category: string | null;
  /** Price divided by the list price; null without a list price. */
  readonly priceRatio: number | null;
}

const base = { category: null, priceRatio: null };
/** Five kinds that differ clearly in recency, frequency and money. */
export const KINDS: readonly CustomerKind[] = [
  { ...base, orders: 20, gapDays: 15, recencyDays: 5, basket: 80 },
  { ...base, orders: 20, gapDays: 15, recencyDays: 5, basket: 900 },
  { ...base, orders: 1, gapDays: 0, recencyDays: 4, basket: 80 },
  { ...base, orders: 1, gapDays: 0, recencyDays: 300, basket: 80 },
  { ...base, orders: 1, gapDays: 0, recencyDays: 300, basket: 900 },
];

/** The lines of a customer of a kind; numbers vary by about a fifth. */
export function linesOf(kind: CustomerKind, random: () => number): PurchaseLine[] {
  const varied = (value: number): number => value * (0.8 + 0.4 * random());
  let at = NOW - varied(kind.recencyDays) * MS_PER_DAY;
  return Array.from({ length: kind.orders }, (_, order): PurchaseLine => {
    const unitPrice = varied(kind.basket);
    const listPrice = kind.priceRatio === null ? null : unitPrice / kind.priceRatio;
    const line = {
      at,
      orderKey: `o:${order}`,
      productId: 'p',
      category: kind.category,
      units: 1,
      unitPrice,
      listPrice,
    };
    at -= varied(kind.gapDays) * MS_PER_DAY;
    return { ...line, isReturn: false };
  });
}

export function featuresOf(lines: readonly PurchaseLine[], asOf = NOW): SegmentFeatures {
  const features = segmentFeatures(summarizePurchases(lines, asOf));
  if (features === null) throw new Error('the customer has no order');
  return features;
}

/** `size` customers of each kind, kind by kind. */
export function customersOf(kinds: readonly CustomerKind[], size: number, seed: number): SegmentFeatures[] {
  const random = seededRandom(seed);
  return kinds.flatMap((kind) => Array.from({ length: size }, () => featuresOf(linesOf(kind, random))));
}
