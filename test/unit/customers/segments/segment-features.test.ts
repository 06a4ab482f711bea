import fc from 'fast-check';
import { summarizePurchases, type PurchaseLine } from '../../../../src/features/purchase-summary';
import { encodeSegmentFeatures, fitSegmentEncoding } from '../../../../src/customers/segments/segment-encoding';
import { segmentFeatures } from '../../../../src/customers/segments/segment-features';
import { customersOf, featuresOf, KINDS, MS_PER_DAY, NOW } from './synthetic-customers';

const order = (daysAgo: number, amount: number, more: Partial<PurchaseLine> = {}): PurchaseLine => ({
  at: NOW - daysAgo * MS_PER_DAY,
  orderKey: `o:${daysAgo}`,
  productId: 'p',
  category: null,
  units: 1,
  isReturn: false,
  unitPrice: amount,
  listPrice: null,
  ...more,
});

describe('segmentFeatures', () => {
  it('computes recency, frequency, money net of returns, rhythm and shares', () => {
    const features = featuresOf([
      order(40, 60, { category: 'garden' }),
      order(30, 20, { category: 'kitchen', listPrice: 25 }),
      order(10, 40, { listPrice: 40 }),
      order(5, 15, { isReturn: true }),
    ]);
    expect(features).toEqual({
      recencyDays: 10,
      orders: 3,
      netAmount: 105,
      meanBasket: 40,
      meanGapDays: 15,
      gapSpread: 5 / 15, // gaps of 10 and 20 days
      discountShare: 20 / 60,
      categoryShares: new Map([
        ['garden', 60 / 80],
        ['kitchen', 20 / 80],
      ]),
    });
  });

  it('has no gap with one order, no spread with one gap or gaps of 0, and no shares without categories', () => {
    expect(featuresOf([order(3, 5)])).toMatchObject({ meanGapDays: null, gapSpread: null, categoryShares: new Map() });
    expect(featuresOf([order(3, 5), order(9, 5)])).toMatchObject({ meanGapDays: 6, gapSpread: null });
    const sameInstant = [1, 2, 3].map((key) => order(3, 5, { orderKey: `o:${key}` }));
    expect(featuresOf(sameInstant)).toMatchObject({ meanGapDays: 0, gapSpread: null });
  });

  it('is null for a NEW customer: without lines, or with a return only', () => {
    expect(segmentFeatures(summarizePurchases([], NOW))).toBeNull();
    expect(segmentFeatures(summarizePurchases([order(3, 5, { isReturn: true })], NOW))).toBeNull();
    expect(segmentFeatures(summarizePurchases([order(-1, 5)], NOW))).toBeNull();
  });

  it('does not change if everything from the instant on changes', () => {
    const days = fc.integer({ min: 1, max: 400 });
    const bought = fc.array(fc.tuple(days, fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 12 });
    const encoding = fitSegmentEncoding(customersOf(KINDS, 30, 1));
    const encodedAsOfNow = (lines: readonly PurchaseLine[]) =>
      encodeSegmentFeatures(encoding, featuresOf(lines), new Float64Array(encoding.columns.length));
    fc.assert(
      fc.property(bought, bought, bought, (past, future, otherFuture) => {
        const before = past.map(([daysAgo, amount]) => order(daysAgo, amount));
        const after = (some: typeof future) => some.map(([daysAgo, amount]) => order(1 - daysAgo, amount));
        const encoded = encodedAsOfNow(before);
        expect(encodedAsOfNow([...after(future), ...before])).toEqual(encoded);
        expect(encodedAsOfNow([...before, ...after(otherFuture)])).toEqual(encoded);
        expect(encoded.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
