import fc from 'fast-check';
import { OuterProducts } from '../../../src/learn/outer-products';

describe('OuterProducts', () => {
  it('adds the products of each row with itself to the lower triangle, and leaves all other cells alone', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    const problem = fc.integer({ min: 1, max: 13 }).chain((columns) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.array(
          fc.record({
            row: fc.array(value, { minLength: columns, maxLength: columns }),
            weight: fc.double({ min: 0, max: 5, noNaN: true }),
          }),
          { maxLength: 100 },
        ),
      }),
    );
    fc.assert(
      fc.property(problem, ({ columns, rows }) => {
        const sum = new Float64Array(columns * columns).fill(1);
        const products = new OuterProducts(columns, sum);
        const expected = sum.slice();
        for (const { row, weight } of rows) {
          products.add(Float64Array.from(row), weight);
          for (let a = 0; a < columns; a++)
            for (let b = 0; b <= a; b++) expected[a * columns + b] += weight * row[a] * row[b];
        }
        products.flush();
        products.flush();
        sum.forEach((cell, at) => expect(Math.abs(cell - expected[at])).toBeLessThan(1e-8));
      }),
    );
  });
});
