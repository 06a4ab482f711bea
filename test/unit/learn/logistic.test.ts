import fc from 'fast-check';
import { denseDesign, standardizationOf, standardized } from '../../../src/learn/design-matrix';
import { fitLogistic, type LogisticFit } from '../../../src/learn/logistic';
import breastCancer from '../../fixtures/breast-cancer.json';
import iris from '../../fixtures/iris.json';
import { binaryLabels, SETS } from './scikit-learn-sets';

/** Gradient of Σ w·loss + λ/2·‖β‖² by its definition. */
function gradientNorm(
  rows: number[][],
  labels: number[],
  weights: number[],
  l2: number,
  beta: number[],
  b0: number,
): number {
  const gradient = [...beta.map((b) => l2 * b), 0];
  rows.forEach((row, r) => {
    const margin = row.reduce((sum, x, c) => sum + x * beta[c], b0);
    const residual = weights[r] * (1 / (1 + Math.exp(-margin)) - labels[r]);
    [...row, 1].forEach((x, c) => (gradient[c] += residual * x));
  });
  return Math.hypot(...gradient);
}

describe('logistic regression', () => {
  it('ends where the gradient vanishes', () => {
    const row = fc.record({
      x: fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
      label: fc.constantFrom(0, 1),
      weight: fc.constantFrom(0.5, 1, 4),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 40 }), fc.constantFrom(0.1, 1, 50), (drafts, l2) => {
        fc.pre(new Set(drafts.map(({ label }) => label)).size === 2);
        const rows = drafts.map(({ x }) => [...x]);
        const labels = drafts.map(({ label }) => label);
        const weights = drafts.map(({ weight }) => weight);
        const fit = fitLogistic({ design: denseDesign(rows), labels, weights, l2, tolerance: 1e-12 });
        const norm = gradientNorm(rows, labels, weights, l2, Array.from(fit.coefficients), fit.intercept);
        expect(norm).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('gives the log odds of the labels if there are no features', () => {
    const fit = fitLogistic({
      design: denseDesign([[0], [0], [0], [0]]),
      labels: [1, 0, 0, 0],
      weights: [1, 1, 1, 1],
      l2: 1,
    });
    expect(fit.intercept).toBeCloseTo(Math.log(1 / 3), 9);
    expect(fit.coefficients[0]).toBe(0);
    expect(fit.logLoss).toBeCloseTo(-(Math.log(1 / 4) + 3 * Math.log(3 / 4)) / 4, 9);
  });

  it('solves a symmetric two-point problem whose solution satisfies β = 2 / (1 + e^β)', () => {
    // Two points ±1 with labels 1 and 0, λ = 1: λβ = 2·(1 − σ(β)).
    const fit = fitLogistic({ design: denseDesign([[1], [-1]]), labels: [1, 0], weights: [1, 1], l2: 1 });
    const [beta] = fit.coefficients;
    expect(beta).toBeCloseTo(2 / (1 + Math.exp(beta)), 9);
    expect(fit.intercept).toBeCloseTo(0, 9);
  });

  it('standardises by weighted mean and deviation, and leaves constant columns unchanged', () => {
    const design = denseDesign([
      [1, 5],
      [3, 5],
      [9, 5],
    ]);
    const by = standardizationOf(design, [1, 1, 0]);
    expect(Array.from(by.mean)).toEqual([2, 5]);
    expect(Array.from(by.scale)).toEqual([1, 1]);
    const out = new Float64Array(2);
    standardized(design, by).readRow(2, out);
    expect(Array.from(out)).toEqual([7, 0]);
  });
});

/** Largest difference, relative to the largest parameter. */
function difference(fit: LogisticFit, expected: { intercept: number; coefficients: number[] }): number {
  const theirs = [...expected.coefficients, expected.intercept];
  const ours = [...fit.coefficients, fit.intercept];
  const scale = Math.max(1, ...theirs.map(Math.abs));
  return Math.max(...theirs.map((value, c) => Math.abs(value - ours[c]))) / scale;
}

describe('logistic regression compared with scikit-learn', () => {
  const ones = (rows: number): number[] => new Array<number>(rows).fill(1);

  it.each(breastCancer.logistic)('on breast cancer, standardised, C = $C', ({ C, ...expected }) => {
    const plain = denseDesign(breastCancer.X);
    const weights = ones(plain.rows);
    const design = standardized(plain, standardizationOf(plain, weights));
    const fit = fitLogistic({ design, labels: breastCancer.y, weights, l2: 1 / C, tolerance: 1e-14 });
    expect(difference(fit, expected)).toBeLessThan(1e-6);
  });

  it.each(iris.versicolorOrVirginica)('on two kinds of iris, C = $C', ({ C, ...expected }) => {
    const labels = iris.y.slice(50).map((kind) => kind - 1);
    const fit = fitLogistic({ design: denseDesign(iris.X.slice(50)), labels, weights: ones(100), l2: 1 / C });
    expect(difference(fit, expected)).toBeLessThan(1e-6);
  });
});

const COMPARED = SETS.flatMap((set) => {
  const { logistic: expected } = set.figures;
  return expected === undefined ? [] : [{ name: set.name, X: set.X, labels: binaryLabels(set), expected }];
});

describe('logistic regression of one class against the others', () => {
  it.each(COMPARED)('has the coefficients of scikit-learn on $name', ({ X, labels, expected }) => {
    const plain = denseDesign(X);
    const weights = X.map(() => 1);
    const design = standardized(plain, standardizationOf(plain, weights));
    const fit = fitLogistic({ design, labels, weights, l2: 1, tolerance: 1e-14 });
    expect(difference(fit, expected)).toBeLessThan(1e-6);
  });
});

describe('logistic regression rejects', () => {
  const fit = (rows: number[][], labels: number[], l2: number) => () =>
    fitLogistic({ design: denseDesign(rows), labels, weights: labels.map(() => 1), l2 });

  it('values that are not numbers, and labels other than 0 and 1', () => {
    expect(fit([[1], [NaN]], [0, 1], 1)).toThrow('row 1 holds a NaN');
    expect(fit([[1], [2]], [0, 2], 1)).toThrow('the label of row 1 is 2');
    expect(fit([[1], [2]], [0, 1, 1], 1)).toThrow('2 rows, 3 labels');
  });

  it('columns that depend on each other without a penalty', () => {
    const rows = [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ];
    expect(fit(rows, [0, 1, 0, 1], 0)).toThrow('columns depend on each other');
    expect(fit(rows, [0, 1, 0, 1], 1)).not.toThrow();
  });
});
