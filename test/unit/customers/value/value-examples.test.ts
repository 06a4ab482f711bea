import fc from 'fast-check';
import { ValueExamples, valueLabel } from '../../../../src/customers/value/value-examples';
import { fillValueFeatures, pastAmount, VALUE_FEATURES } from '../../../../src/customers/value/value-features';
import { summarizePurchases, type PurchaseLine } from '../../../../src/features/purchase-summary';
import { DAY, FIRST } from './synthetic-purchases';

const CUT = FIRST + 400 * DAY;

const line = fc.record<PurchaseLine>({
  at: fc.integer({ min: -500, max: 200 }).map((days) => CUT + days * DAY),
  orderKey: fc.constantFrom('o1', 'o2', 'o3', 'o4'),
  productId: fc.constantFrom('p1', 'p2'),
  category: fc.constant(null),
  units: fc.integer({ min: 1, max: 4 }),
  isReturn: fc.boolean(),
  unitPrice: fc.constantFrom(0, 1.5, 20, 300),
  listPrice: fc.constant(null),
});

const featuresAt = (lines: readonly PurchaseLine[], cut: number): Map<string, number> => {
  const values = new Float64Array(VALUE_FEATURES.length);
  fillValueFeatures(summarizePurchases(lines, cut), values);
  return new Map(VALUE_FEATURES.map(({ name }, at) => [name, values[at]]));
};

describe('training examples', () => {
  it('have features that do not depend on lines from the cut on, and labels that do not depend on others', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (own, others) => {
        const before = own.filter(({ at }) => at < CUT);
        const withOtherFuture = [...others.filter(({ at }) => at >= CUT), ...before];
        expect(featuresAt(withOtherFuture, CUT)).toEqual(featuresAt(own, CUT));
        const inHorizon = ({ at }: PurchaseLine) => at >= CUT && at < CUT + 90 * DAY;
        const withOtherPast = [...others.filter((each) => !inHorizon(each)), ...own.filter(inHorizon)];
        expect(valueLabel(withOtherPast, CUT, 90)).toEqual(valueLabel(own, CUT, 90));
      }),
    );
  });

  it('count orders and net amounts of windows as a recount does', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        // Every line is an order of its own, so that its time is the order's.
        const own = lines.map((each, n) => ({ ...each, orderKey: `o${n}` }));
        const found = featuresAt(own, CUT);
        for (const days of [30, 90, 180, 365]) {
          const inWindow = own.filter(({ at }) => at < CUT && at >= CUT - days * DAY);
          const net = inWindow.reduce((sum, each) => sum + (each.isReturn ? -1 : 1) * each.units * each.unitPrice, 0);
          expect(found.get(`netAmount${days}`)).toBeCloseTo(net, 6);
          expect(found.get(`orders${days}`)).toBeCloseTo(
            Math.log1p(inWindow.filter(({ isReturn }) => !isReturn).length),
            12,
          );
        }
        for (const value of found.values()) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it('are those of customers with an order before the cut, with values net of returns and at least 0', () => {
    const base: PurchaseLine = {
      at: CUT - DAY,
      orderKey: 'o1',
      productId: 'p',
      category: null,
      units: 2,
      isReturn: false,
      unitPrice: 10,
      listPrice: null,
    };
    const examples = new ValueExamples([CUT, CUT - 30 * DAY], 90);
    examples.add([base, { ...base, at: CUT, orderKey: 'o2' }, { ...base, at: CUT + DAY, units: 1, isReturn: true }]);
    examples.add([{ ...base, at: CUT }]);
    examples.add([
      { ...base, at: CUT - 200 * DAY },
      { ...base, at: CUT + 90 * DAY - 1, units: 1, isReturn: true },
      { ...base, at: CUT + 90 * DAY, orderKey: 'o3' },
    ]);
    const rows = Array.from(examples.rowsAt(examples.cuts));
    expect(
      rows.map((row) => [
        examples.customerOf(row),
        (CUT - examples.cutOf(row)) / DAY,
        examples.valueOf(row),
        examples.hasOrder(row),
        examples.isRecentBuyer(row),
      ]),
    ).toEqual([
      [0, 0, 10, true, true],
      [2, 0, 0, false, false],
      [2, 30, 0, false, true],
    ]);
    expect(examples.customers).toBe(3);
    expect(pastAmount(examples.featuresOf(rows[0]), 45)).toBe(10);
  });
});
