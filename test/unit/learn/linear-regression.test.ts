import fc from 'fast-check';
import { denseDesign } from '../../../src/learn/design-matrix';
import { FitError } from '../../../src/learn/fit-error';
import { fitLinear, predictLinear, type LinearFit } from '../../../src/learn/linear-regression';
import diabetes from '../../fixtures/diabetes.json';
import iris from '../../fixtures/iris.json';

interface Expected {
  readonly intercept: number;
  readonly coefficients: number[];
}

/** Largest difference, relative to the largest coefficient. */
function difference(fit: LinearFit, { intercept, coefficients }: Expected): number {
  const scale = Math.max(1, ...coefficients.map(Math.abs));
  const worst = Math.max(...coefficients.map((beta, c) => Math.abs(beta - fit.coefficients[c])));
  return Math.max(worst / scale, Math.abs(fit.intercept - intercept) / Math.max(1, Math.abs(intercept)));
}

function codeOf(fit: () => unknown): string {
  try {
    fit();
  } catch (error) {
    if (error instanceof FitError) return error.code;
    throw error;
  }
  return 'fitted';
}

describe('linear regression compared with scikit-learn', () => {
  const design = denseDesign(diabetes.X);

  it('OLS on diabetes and iris', () => {
    expect(difference(fitLinear({ design, targets: diabetes.y }), diabetes.ols)).toBeLessThan(1e-10);
    const width = fitLinear({
      design: denseDesign(iris.X.map((row) => row.slice(0, 3))),
      targets: iris.X.map((row) => row[3]),
    });
    expect(difference(width, iris.ols)).toBeLessThan(1e-10);
  });

  it.each(diabetes.ridge)('ridge on diabetes, alpha $alpha', ({ alpha, ...expected }) => {
    expect(difference(fitLinear({ design, targets: diabetes.y, l2: alpha }), expected)).toBeLessThan(1e-10);
  });

  it('ridge with more columns than rows', () => {
    const { rows, alpha, ...expected } = diabetes.wideRidge;
    const fit = fitLinear({
      design: denseDesign(diabetes.X.slice(0, rows)),
      targets: diabetes.y.slice(0, rows),
      l2: alpha,
    });
    expect(difference(fit, expected)).toBeLessThan(1e-10);
  });

  it('ridge with weighted rows', () => {
    const { alpha, ...expected } = diabetes.weightedRidge;
    const weights = diabetes.y.map((_, r) => 1 + (r % 3));
    expect(difference(fitLinear({ design, targets: diabetes.y, weights, l2: alpha }), expected)).toBeLessThan(1e-10);
  });
});

describe('linear regression', () => {
  it('leaves residuals that no column and no constant explains', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value, value), { minLength: 8, maxLength: 30 }), (drafts) => {
        const rows = drafts.map(([a, b, c], r) => [a + r, b, c + r * r]);
        const targets = drafts.map(([, , , y]) => y);
        const l2 = 0.5;
        const fit = fitLinear({ design: denseDesign(rows), targets, l2 });
        const residuals = rows.map((row, r) => targets[r] - predictLinear(fit, row));
        expect(Math.abs(residuals.reduce((sum, e) => sum + e, 0))).toBeLessThan(1e-6);
        for (let c = 0; c < 3; c++) {
          const correlation = rows.reduce((sum, row, r) => sum + row[c] * residuals[r], 0);
          expect(Math.abs(correlation - l2 * fit.coefficients[c])).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('equals the textbook formula per coefficient only when centred: one column, far from 0', () => {
    const rows = [[1001], [1002], [1003], [1005]];
    const targets = [5, 7, 9, 13];
    const fit = fitLinear({ design: denseDesign(rows), targets });
    expect(fit.coefficients[0]).toBeCloseTo(2, 10);
    expect(fit.intercept).toBeCloseTo(5 - 2 * 1001, 7);
    const uncentred = rows.reduce((sum, [x], r) => sum + x * targets[r], 0) / rows.reduce((sum, [x]) => sum + x * x, 0);
    expect(uncentred).toBeLessThan(0.01);
  });

  it('stays precise if the mean is a billion times the spread', () => {
    const rows = diabetes.X.map((row) => [row[2] + 1e9]);
    const near = fitLinear({ design: denseDesign(diabetes.X.map((row) => [row[2]])), targets: diabetes.y });
    const far = fitLinear({ design: denseDesign(rows), targets: diabetes.y });
    expect(far.coefficients[0]).toBeCloseTo(near.coefficients[0], 4);
  });

  it('names a column that depends on the others, and a value that is not a number', () => {
    const targets = [1, 2, 4, 3];
    const dependent = [
      [1, 2, 3],
      [2, 1, 3],
      [4, 4, 8],
      [5, 1, 6],
    ];
    expect(codeOf(() => fitLinear({ design: denseDesign(dependent), targets }))).toBe('RANK_DEFICIENT');
    expect(codeOf(() => fitLinear({ design: denseDesign(dependent), targets, l2: 0.1 }))).toBe('fitted');
    const constant = dependent.map(([a]) => [a, 7]);
    expect(() => fitLinear({ design: denseDesign(constant), targets })).toThrow(/column 1/);
    // The mean may be rounded to any value, with weights and without.
    for (const value of [0.1, 1 / 3, 1e9 + 0.1, -7e-5]) {
      const rows = Array.from({ length: 1_000 }, (_, r) => [(r * 37) % 101, value]);
      const ys = rows.map(([a], r) => 2 * a + ((r * 13) % 7));
      for (const weights of [rows.map(() => 1), rows.map((_, r) => 0.1 + ((r * 7) % 11) / 3)]) {
        expect(() => fitLinear({ design: denseDesign(rows), targets: ys, weights })).toThrow(/column 1/);
      }
    }
    expect(codeOf(() => fitLinear({ design: denseDesign(dependent.slice(0, 2)), targets: [1, 2] }))).toBe(
      'RANK_DEFICIENT',
    );
    expect(() => fitLinear({ design: denseDesign([[1], [NaN]]), targets: [1, 2] })).toThrow('row 1, column 0 is NaN');
    expect(() => fitLinear({ design: denseDesign([[1], [2]]), targets: [1, Infinity] })).toThrow(/target of row 1/);
    expect(codeOf(() => fitLinear({ design: denseDesign([[1], [2]]), targets: [1] }))).toBe('WRONG_SHAPE');
  });
});
