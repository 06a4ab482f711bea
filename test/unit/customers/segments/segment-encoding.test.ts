import {
  encodedDesign,
  encodeSegmentFeatures,
  encodingStillFits,
  fitSegmentEncoding,
  FIXED_COLUMNS,
  type SegmentEncoding,
} from '../../../../src/customers/segments/segment-encoding';
import type { SegmentFeatures } from '../../../../src/customers/segments/segment-features';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { customersOf, KINDS } from './synthetic-customers';

const customers = customersOf(KINDS, 60, 1);
const encode = (encoding: SegmentEncoding, customer: SegmentFeatures) => [
  ...encodeSegmentFeatures(encoding, customer, new Float64Array(encoding.columns.length)),
];
const column = (encoding: SegmentEncoding, from: readonly SegmentFeatures[], c: number) =>
  from.map((customer) => encode(encoding, customer)[c]);
const varianceOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};
/** Each customer gets shares of categories. */
const withShares = (shares: (row: number) => [string, number][]) =>
  customers.map((customer, row) => ({ ...customer, categoryShares: new Map(shares(row)) }));

describe('fitSegmentEncoding', () => {
  it('gives recency and frequency a variance of 1, and constant columns no effect', () => {
    const encoding = fitSegmentEncoding(customers);
    expect(varianceOf(column(encoding, customers, FIXED_COLUMNS.indexOf('recency')))).toBeCloseTo(1, 6);
    expect(varianceOf(column(encoding, customers, FIXED_COLUMNS.indexOf('frequency')))).toBeCloseTo(1, 6);
    // No list prices.
    expect(new Set(column(encoding, customers, FIXED_COLUMNS.indexOf('discount')))).toEqual(new Set([0]));
    expect(encoding.columns).toHaveLength(FIXED_COLUMNS.length);
  });

  it('is the same in another currency', () => {
    const inYen = customers.map((customer) => ({
      ...customer,
      netAmount: customer.netAmount * 160,
      meanBasket: customer.meanBasket * 160,
    }));
    const [a, b] = [fitSegmentEncoding(customers), fitSegmentEncoding(inYen)];
    customers.forEach((customer, row) =>
      encode(a, customer).forEach((value, c) => expect(encode(b, inYen[row])[c]).toBeCloseTo(value, 9)),
    );
  });

  it('does not depend on the sequence of the customers', () => {
    const [a, b] = [fitSegmentEncoding(customers), fitSegmentEncoding([...customers].reverse())];
    a.columns.forEach(({ mean, factor }, c) => {
      expect(b.columns[c].mean).toBeCloseTo(mean, 12);
      expect(b.columns[c].factor).toBeCloseTo(factor, 9);
    });
  });

  it('clips extreme values, and encodes a missing value as 0', () => {
    const encoding = fitSegmentEncoding(customers);
    const [extreme, more] = [1e6, 1e9].map((netAmount) => encode(encoding, { ...customers[0], netAmount }));
    expect(more).toEqual(extreme);
    expect(Math.abs(extreme[FIXED_COLUMNS.indexOf('money')])).toBeLessThan(3);
    const oneOrder = encode(encoding, { ...customers[0], meanGapDays: null, gapSpread: null });
    expect(oneOrder[FIXED_COLUMNS.indexOf('gap')]).toBe(0);
    expect(oneOrder[FIXED_COLUMNS.indexOf('gap-spread')]).toBe(0);
  });

  it('encodes a negative amount like none', () => {
    const encoding = fitSegmentEncoding(customers);
    expect(encode(encoding, { ...customers[0], netAmount: -5 })).toEqual(
      encode(encoding, { ...customers[0], netAmount: 0 }),
    );
  });

  it('has a column for each of the top categories, which together weigh less than recency', () => {
    const random = seededRandom(1);
    const names = Array.from({ length: 20 }, (_, c) => `category ${c}`);
    const mixed = withShares(() => {
      const [first, second] = [0, 1].map(() => names[Math.floor(random() ** 2 * names.length)]);
      return first === second
        ? [[first, 1]]
        : [
            [first, 0.7],
            [second, 0.3],
          ];
    });
    const encoding = fitSegmentEncoding(mixed);
    expect(encoding.categories.length).toBeGreaterThan(3);
    expect(encoding.categories.length).toBeLessThanOrEqual(8);
    expect(encoding.columns).toHaveLength(FIXED_COLUMNS.length + encoding.categories.length);
    const total = encoding.categories.reduce(
      (sum, _, c) => sum + varianceOf(column(encoding, mixed, FIXED_COLUMNS.length + c)),
      0,
    );
    expect(total).toBeGreaterThan(0.3);
    expect(total).toBeLessThan(0.51);
  });

  it('leaves out rare categories; a single category has no effect', () => {
    const rare = withShares((row) => (row === 0 ? [['rare', 1]] : [['garden', 1]]));
    expect(fitSegmentEncoding(rare).categories.map(({ name }) => name)).toEqual(['garden']);
    const single = withShares(() => [['garden', 1]]);
    const encoding = fitSegmentEncoding(single);
    for (const value of column(encoding, single, FIXED_COLUMNS.length)) expect(value).toBeCloseTo(0, 12);
    // A customer without any category is like the shop's average.
    expect(encode(encoding, customers[0])[FIXED_COLUMNS.length]).toBeCloseTo(0, 12);
  });

  it('encodes the rows of a design as single customers', () => {
    const encoding = fitSegmentEncoding(customers);
    const design = encodedDesign(encoding, customers);
    const row = new Float64Array(design.columns);
    design.readRow(7, row);
    expect([...row]).toEqual(encode(encoding, customers[7]));
  });
});

describe('encodingStillFits', () => {
  const encoding = fitSegmentEncoding(customers);
  const fits = (later: readonly SegmentFeatures[]) => encodingStillFits(encoding, fitSegmentEncoding(later));

  it('holds for similar customers, and for a small change of all prices', () => {
    expect(fits(customers)).toBe(true);
    expect(fits(customersOf(KINDS, 70, 2))).toBe(true);
    expect(fits(customers.map((customer) => ({ ...customer, meanBasket: customer.meanBasket * 1.2 })))).toBe(true);
  });

  it('does not hold after a change of the currency, of frequency, or of the categories', () => {
    const inYen = customers.map((customer) => ({
      ...customer,
      netAmount: customer.netAmount * 160,
      meanBasket: customer.meanBasket * 160,
    }));
    expect(fits(inYen)).toBe(false);
    expect(fits(customers.map((customer) => ({ ...customer, orders: customer.orders * 9 })))).toBe(false);
    expect(fits(withShares((row) => [[row % 2 === 0 ? 'garden' : 'kitchen', 1]]))).toBe(false);
  });
});
