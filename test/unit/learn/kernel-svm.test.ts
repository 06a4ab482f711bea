import { createRequire } from 'node:module';
import fc from 'fast-check';
import { fitKernelSvm, MAX_KERNEL_SVM_ROWS, type KernelSvmProblem } from '../../../src/learn/fit-kernel-svm';
import type { KernelSvm } from '../../../src/learn/kernel-svm';
import { loadLibsvm, type Libsvm } from '../../../src/learn/libsvm';
import figures from '../../fixtures/scikit-learn/svm-figures.json';
import { SCIKIT_LEARN_DATA, standardizedBy } from './scikit-learn-data';

type Rows = readonly (readonly number[])[];

const listeners = process.listeners('unhandledRejection');
let libsvm: Libsvm;
beforeAll(async () => {
  libsvm = await loadLibsvm();
});

function fit(
  X: Rows,
  labels: readonly number[],
  options: Pick<KernelSvmProblem, 'kernel'> & Partial<KernelSvmProblem>,
): KernelSvm {
  return fitKernelSvm({ rows: Float64Array.from(X.flat()), columns: X[0].length, labels, ...options }, libsvm);
}

const isEven = (_: unknown, row: number): boolean => row % 2 === 0;
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, c) => sum + x * b[c], 0);
const supportVectorsOf = (model: KernelSvm): number[][] =>
  Array.from({ length: model.starts[model.classes.length] }, (_, s) =>
    Array.from(model.supportVectors.subarray(s * model.columns, (s + 1) * model.columns)),
  );

describe('kernel SVM compared with scikit-learn', () => {
  it.each(figures.svc)(
    'predicts the same on $data, $kernel, standardised: $standardized',
    ({ data, kernel, standardized, supportVectors, predictions, decisionValues }) => {
      const { X, y } = SCIKIT_LEARN_DATA[data];
      const rows = standardized ? standardizedBy(X, X.filter(isEven)) : X;
      const model = fit(rows.filter(isEven), y.filter(isEven), { kernel: kernel as 'linear' | 'rbf' });
      expect(rows.map((row) => model.predict(row)).join('')).toBe(predictions);
      const counts = Array.from(model.starts.subarray(1), (end, at) => end - model.starts[at]);
      expect(counts).toEqual(supportVectors);
      decisionValues?.forEach((value, row) =>
        expect(Math.abs(model.decisionValues(rows[row])[0] - value)).toBeLessThan(2e-3),
      );
    },
  );
});

describe('kernel SVM compared with libsvm itself', () => {
  interface LibrarySvm {
    train(rows: Rows, labels: readonly number[]): void;
    predictOne(row: readonly number[]): number;
    serializeModel(): string;
    free(): void;
  }
  type Library = { new (options: object): LibrarySvm; load(model: string): LibrarySvm };
  const load = createRequire(__filename);

  it.each(['linear', 'rbf'] as const)('has the same decision values to 1e-9: %s', async (kernel) => {
    const Library = (await load('libsvm-js')) as Library;
    // Short numbers, because the library prints support vectors with 8 digits.
    const { X, y } = SCIKIT_LEARN_DATA['iris'];
    const [rows, labels] = [X.slice(50), y.slice(50)];
    const library = new Library({ type: 0, kernel: kernel === 'linear' ? 0 : 2, gamma: 0.3, cost: 1, quiet: true });
    library.train(rows, labels);
    const text = library.serializeModel();
    library.free();
    // A regression with the same support vectors predicts the decision value instead of the class.
    const regression = Library.load(text.replace('c_svc', 'epsilon_svr').replace(/(label|nr_sv) .*\n/g, ''));
    const printedRho = Number(/rho (.*)/.exec(text)?.[1]);
    const model = fit(rows, labels, { kernel, gamma: 0.3 });
    for (const row of rows) {
      // The library's y is 1 for the smaller class.
      const sum = -(regression.predictOne(row) + printedRho);
      expect(Math.abs(model.decisionValues(row)[0] - model.intercepts[0] - sum)).toBeLessThan(1e-9);
    }
    expect(Number(model.intercepts[0].toPrecision(6))).toBeCloseTo(printedRho, 12);
    regression.free();
  });

  it('frees the memory of each fit', () => {
    const module = load('libsvm-js/out/wasm/libsvm') as { HEAP8: Int8Array };
    // 20 rows of 10,000 columns take 3.2 MB.
    const X = Array.from({ length: 20 }, (_, row) => Array.from({ length: 10_000 }, (_cell, c) => (c === row ? 1 : 0)));
    const y = X.map((_, row) => row % 2);
    fit(X, y, { kernel: 'linear' });
    const bytes = module.HEAP8.length;
    for (let round = 0; round < 20; round++) fit(X, y, { kernel: 'linear' });
    expect(module.HEAP8.length).toBe(bytes);
  });

  it('leaves no listener that ends the process', () => {
    expect(process.listeners('unhandledRejection')).toEqual(listeners);
    expect(typeof fetch).toBe('function');
  });
});

describe('kernel SVM of two classes', () => {
  const drafts = fc.array(
    fc.record({
      x: fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
      isPositive: fc.boolean(),
    }),
    { minLength: 4, maxLength: 40 },
  );

  it('satisfies the optimality conditions (Karush, Kuhn, Tucker)', () => {
    fc.assert(
      fc.property(drafts, fc.constantFrom(0.1, 1, 20), fc.constantFrom('linear', 'rbf'), (points, cost, kernel) => {
        fc.pre(new Set(points.map(({ isPositive }) => isPositive)).size === 2);
        // A third column makes all rows different.
        const X = points.map(({ x }, row) => [...x, row / 100]);
        const labels = points.map(({ isPositive }) => (isPositive ? 1 : 0));
        const model = fit(X, labels, { kernel, cost, tolerance: 1e-5 });
        const coefficients = new Map(supportVectorsOf(model).map((row, s) => [row.join(), model.coefficients[s]]));
        let total = 0;
        X.forEach((row, r) => {
          const y = labels[r] === 1 ? 1 : -1;
          const alpha = y * (coefficients.get(row.join()) ?? 0);
          total += y * alpha;
          const margin = y * model.decisionValues(row)[0];
          expect(alpha).toBeGreaterThanOrEqual(0);
          expect(alpha).toBeLessThanOrEqual(cost);
          // Between the bounds the margin is 1.
          if (alpha < cost) expect(margin).toBeGreaterThanOrEqual(1 - 1e-4);
          if (alpha > 0) expect(margin).toBeLessThanOrEqual(1 + 1e-4);
        });
        expect(Math.abs(total)).toBeLessThan(1e-9 * (1 + cost * X.length));
      }),
      { numRuns: 60 },
    );
  });

  it('with a linear kernel is a linear function', () => {
    fc.assert(
      fc.property(drafts, (points) => {
        fc.pre(new Set(points.map(({ isPositive }) => isPositive)).size === 2);
        const X = points.map(({ x }) => [...x]);
        const model = fit(
          X,
          points.map(({ isPositive }) => (isPositive ? 1 : 0)),
          { kernel: 'linear' },
        );
        const weights = [0, 1].map((c) =>
          supportVectorsOf(model).reduce((sum, row, s) => sum + model.coefficients[s] * row[c], 0),
        );
        for (const row of X) {
          const value = dot(row, weights) + model.intercepts[0];
          expect(model.decisionValues(row)[0]).toBeCloseTo(value, 9);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('separates what no line separates, by the RBF kernel', () => {
    const X = [
      [0, 0],
      [1, 1],
      [0, 1],
      [1, 0],
    ];
    const model = fit(X, [-3, -3, 8, 8], { kernel: 'rbf', cost: 100 });
    expect(X.map((row) => model.predict(row))).toEqual([-3, -3, 8, 8]);
    expect(model.decisionValues([0, 1])[0]).toBeGreaterThan(0);
  });

  it("scales γ by the variance of all cells, as scikit-learn's gamma='scale' does", () => {
    const { kernel } = fit(
      [
        [1, 5],
        [3, 7],
      ],
      [0, 1],
      { kernel: 'rbf' },
    );
    expect(kernel).toEqual({ kind: 'rbf', gamma: 1 / (2 * 5) });
    expect(fit([[2], [2]], [0, 1], { kernel: 'rbf' }).kernel).toEqual({ kind: 'rbf', gamma: 1 });
  });
});

describe('kernel SVM rejects', () => {
  const X = [[1], [2]];

  it('other shapes and numbers than it can fit', () => {
    expect(() => fit(X, [0, 1, 1], { kernel: 'rbf' })).toThrow('2 cells, but 3 labels × 1 columns');
    expect(() => fit([[1], [NaN]], [0, 1], { kernel: 'rbf' })).toThrow('row 1, column 0 is NaN');
    expect(() => fit(X, [0, 0.5], { kernel: 'rbf' })).toThrow('the label of row 1 is 0.5');
    expect(() => fit(X, [1, 1], { kernel: 'rbf' })).toThrow('at least two classes');
    expect(() => fit(X, [0, 1], { kernel: 'rbf', cost: 0 })).toThrow('cost is 0; it must be greater than 0');
    expect(() => fit(X, [0, 1], { kernel: 'rbf', gamma: -1 })).toThrow('gamma is -1');
  });

  it('more than 10,000 rows', () => {
    const rows = Array.from({ length: MAX_KERNEL_SVM_ROWS + 1 }, (_, row) => [row]);
    const labels = rows.map(([row]) => row % 2);
    expect(() => fit(rows, labels, { kernel: 'rbf' })).toThrow('at most 10000 rows; got 10001');
  });
});
