import fc from 'fast-check';
import { summarizePurchases, type PurchaseLine } from '../../../src/features/purchase-summary';

const NOW = Date.UTC(2026, 0, 5, 12); // a Monday

const line = fc.record<PurchaseLine>({
  at: fc.integer({ min: NOW - 20, max: NOW + 20 }),
  orderKey: fc.constantFrom('o:1', 'o:2', 'o:3'),
  productId: fc.constantFrom('p1', 'p2', 'p3'),
  category: fc.constantFrom('garden', 'kitchen', null),
  units: fc.integer({ min: 1, max: 3 }),
  isReturn: fc.boolean(),
  unitPrice: fc.constantFrom(0, 0.1, 1.7, 4.35),
  listPrice: fc.constantFrom(null, 1, 4.35),
});

describe('summarizePurchases', () => {
  it('depends on the lines before the instant alone, and not on their sequence', () => {
    fc.assert(
      fc.property(
        fc
          .array(line, { maxLength: 30 })
          .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }))),
        (pair) => {
          const [summary, shuffled] = pair.map((lines) => summarizePurchases(lines, NOW));
          const before = pair[0].filter(({ at }) => at < NOW);
          expect([shuffled, summarizePurchases(before, NOW)]).toStrictEqual([summary, summary]);
        },
      ),
    );
  });

  it('equals a recount of each figure', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const summary = summarizePurchases(lines, NOW);
        const before = lines.filter(({ at }) => at < NOW);
        const bought = before.filter(({ isReturn }) => !isReturn);
        const amountOf = (some: readonly PurchaseLine[]) =>
          some.reduce((sum, { units, unitPrice }) => sum + units * unitPrice, 0);
        const comparable = bought.filter(({ listPrice }) => listPrice !== null);
        const discounted = comparable.filter(({ unitPrice, listPrice }) => unitPrice < (listPrice as number));
        const orders = [...new Set(bought.map(({ orderKey }) => orderKey))].map((key) => {
          const own = bought.filter(({ orderKey }) => orderKey === key);
          return { at: Math.min(...own.map(({ at }) => at)), amount: amountOf(own) };
        });
        // Adding 0 makes 0 of −0, to which a tiny negative sum is rounded.
        const rounded = (amount: number) => Math.round(amount * 1e6) / 1e6 + 0;
        expect({
          orders: summary.orders.map(({ at, amount }) => [at, rounded(amount)]).sort(),
          netAmount: rounded(summary.netAmount),
          returnedAmount: rounded(summary.returnedAmount),
          lineCount: summary.lineCount,
          productCount: summary.productCount,
          discountShare: rounded(summary.discountShare),
          garden: rounded(summary.categoryAmounts.get('garden') ?? 0),
        }).toEqual({
          orders: orders.map(({ at, amount }) => [at, rounded(amount)]).sort(),
          netAmount: rounded(amountOf(bought) - amountOf(before.filter(({ isReturn }) => isReturn))),
          returnedAmount: rounded(amountOf(before.filter(({ isReturn }) => isReturn))),
          lineCount: bought.length,
          productCount: new Set(bought.map(({ productId }) => productId)).size,
          discountShare: amountOf(comparable) > 0 ? rounded(amountOf(discounted) / amountOf(comparable)) : 0,
          garden: rounded(amountOf(bought.filter(({ category }) => category === 'garden'))),
        });
      }),
    );
  });

  it('counts weekends by UTC', () => {
    const ordered = (day: number, hour: number): PurchaseLine => ({
      at: Date.UTC(2026, 0, day, hour),
      orderKey: `o:${day}`,
      productId: 'p',
      category: null,
      units: 1,
      isReturn: false,
      unitPrice: 1,
      listPrice: null,
    });
    // Friday evening, Saturday's first hour, Sunday's last hour, Monday's first hour.
    const lines = [ordered(2, 23), ordered(3, 0), ordered(4, 23), ordered(5, 0)];
    expect(summarizePurchases(lines, NOW).weekendShare).toBe(0.5);
  });
});
