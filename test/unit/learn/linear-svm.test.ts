import fc from 'fast-check';
import { rowAt, type CompressedRows } from '../../../src/learn/compressed-rows';
import { fitLinearSvm, type LinearSvmProblem } from '../../../src/learn/fit-linear-svm';
import type { LinearSvm } from '../../../src/learn/linear-svm';
import figures from '../../fixtures/scikit-learn/svm-figures.json';
import { SCIKIT_LEARN_DATA, standardizedBy } from './scikit-learn-data';

type Loss = 'hinge' | 'squaredHinge';

function sparse(X: readonly (readonly number[])[]): CompressedRows {
  const cells = X.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [{ column, value }])));
  const starts = new Int32Array(X.length + 1);
  cells.forEach((row, r) => (starts[r + 1] = starts[r] + row.length));
  return {
    rows: X.length,
    columns: X[0].length,
    starts,
    members: Int32Array.from(cells.flat(), ({ column }) => column),
    weights: Float64Array.from(cells.flat(), ({ value }) => value),
  };
}

/** ½ (‖w‖² + b²) + Σ C_i ξ_i of one machine by its definition. */
function objective(
  model: LinearSvm,
  machine: number,
  { rows, loss = 'squaredHinge' }: LinearSvmProblem,
  costs: readonly number[],
  signs: readonly number[],
): number {
  const machines = model.intercepts.length;
  let sum = model.intercepts[machine] ** 2 / 2;
  for (let at = machine; at < model.weights.length; at += machines) sum += model.weights[at] ** 2 / 2;
  signs.forEach((sign, r) => {
    const slack = Math.max(0, 1 - sign * model.decisionValues(rowAt(rows, r))[machine]);
    sum += costs[r] * (loss === 'hinge' ? slack : slack * slack);
  });
  return sum;
}

const signsOf = (labels: readonly number[], positive: number): number[] =>
  labels.map((label) => (label === positive ? 1 : -1));

describe('linear SVM compared with scikit-learn', () => {
  it.each(figures.linearSvc)('on $data, standardised, $loss, C = $C', ({ data, C, predictions, ...figure }) => {
    const { X, y } = SCIKIT_LEARN_DATA[data];
    const loss: Loss = figure.loss === 'hinge' ? 'hinge' : 'squaredHinge';
    const problem = { rows: sparse(standardizedBy(X, X)), labels: y, loss, cost: C, maxEpochs: 20_000, seed: 1 };
    const { model, converged } = fitLinearSvm(problem);
    expect(converged).toBe(true);
    const costs = y.map(() => C);
    figure.objectives.forEach((expected, machine) => {
      const positive = figure.objectives.length === 1 ? 1 : machine;
      const value = objective(model, machine, problem, costs, signsOf([...y], positive));
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-4);
    });
    const equal = y.filter((_, r) => model.predict(rowAt(problem.rows, r)) === Number(predictions[r]));
    expect(equal.length / y.length).toBeGreaterThanOrEqual(0.995);
  });
});

const drafts = fc.array(
  fc.record({
    x: fc.array(fc.constantFrom(0, 0, 1, -1, 0.5, 3), { minLength: 4, maxLength: 4 }),
    label: fc.constantFrom(-1, 4),
  }),
  { minLength: 2, maxLength: 30 },
);
const losses = fc.constantFrom<Loss>('hinge', 'squaredHinge');
const costs = fc.constantFrom(0.1, 1, 10);

/** Points whose dual variables need more than 20,000 epochs to the tolerance. */
const SLOW = (
  [
    [0, 0.5, 1, 3, -1],
    [-1, 1, 0, 3, 4],
    [0, -1, 0.5, 1, 4],
    [0.5, 0, -1, 1, 4],
    [0, 0, -1, 0, -1],
    [0, 0.5, 0, 1, -1],
    [0, 0, 0, 0.5, 4],
    [0.5, 0.5, -1, -1, 4],
    [0, 0, 3, 0, 4],
    [0, 0, 0, 3, 4],
    [3, 1, 3, -1, 4],
    [3, 0.5, 0.5, 0, -1],
    [0.5, 0, 1, 0, -1],
  ] as const
).map((numbers) => ({ x: numbers.slice(0, 4), label: numbers[4] }));

describe('dual coordinate descent', () => {
  it('never increases the dual objective, and ends where it equals the primal one', () => {
    fc.assert(
      fc.property(drafts, losses, costs, fc.integer(), (points, loss, cost, seed) => {
        const labels = points.map(({ label }) => label);
        fc.pre(new Set(labels).size === 2);
        const dual: number[] = [0];
        const problem = { rows: sparse(points.map(({ x }) => x)), labels, loss, cost, seed, tolerance: 1e-6 };
        const { model } = fitLinearSvm({
          ...problem,
          maxEpochs: 20_000,
          onEpoch: (_, value) => dual.push(value),
        });
        for (let epoch = 1; epoch < dual.length; epoch++)
          expect(dual[epoch]).toBeLessThanOrEqual(dual[epoch - 1] + 1e-12 * Math.abs(dual[epoch - 1]));
        const primal = objective(
          model,
          0,
          problem,
          labels.map(() => cost),
          signsOf(labels, 4),
        );
        // Strong duality: both are equal only at the optimum. Some problems reach the tolerance only after more epochs.
        expect(Math.abs(primal + dual[dual.length - 1])).toBeLessThan(1e-4 * Math.max(1, primal));
      }),
      { numRuns: 60, examples: [[SLOW, 'hinge', 10, 0]] },
    );
  });

  it('visits all rows until each is optimal, even if their gradients are equal', () => {
    const rows = sparse([
      [0, 1, -1],
      [0, 3, 0.5],
    ]);
    const fit = (tolerance: number) => fitLinearSvm({ rows, labels: [0, 1], seed: 2, tolerance }).model;
    expect(fit(0.01).weights[1]).toBeCloseTo(fit(1e-9).weights[1], 2);
  });

  it('weighs a class as if its rows were repeated', () => {
    fc.assert(
      fc.property(drafts, (points) => {
        fc.pre(new Set(points.map(({ label }) => label)).size === 2);
        const options = { seed: 2, tolerance: 1e-9, maxEpochs: 20_000 };
        const fit = (rows: typeof points, classWeights?: ReadonlyMap<number, number>) =>
          fitLinearSvm({
            ...options,
            rows: sparse(rows.map(({ x }) => x)),
            labels: rows.map(({ label }) => label),
            classWeights,
          }).model;
        const weighted = fit(points, new Map([[4, 3]]));
        const repeated = fit(points.flatMap((point) => (point.label === 4 ? [point, point, point] : [point])));
        for (let c = 0; c < 4; c++) expect(weighted.weights[c]).toBeCloseTo(repeated.weights[c], 3);
        expect(weighted.intercepts[0]).toBeCloseTo(repeated.intercepts[0], 3);
      }),
      { numRuns: 30 },
    );
  });

  it('fits several classes as one machine each, against all others', () => {
    const { X, y } = SCIKIT_LEARN_DATA['iris'];
    const rows = sparse(X);
    const { model } = fitLinearSvm({ rows, labels: y, seed: 5 });
    for (const kind of [0, 1, 2]) {
      const { model: alone } = fitLinearSvm({ rows, labels: y.map((label) => (label === kind ? 1 : 0)), seed: 5 });
      for (let r = 0; r < rows.rows; r++)
        expect(model.decisionValues(rowAt(rows, r))[kind]).toBe(alone.decisionValues(rowAt(rows, r))[0]);
    }
  });

  it('gives the same bytes for the same seed, and says if it stopped too early', () => {
    const { X, y } = SCIKIT_LEARN_DATA['iris'];
    const fit = (seed: number) => fitLinearSvm({ rows: sparse(X), labels: y, seed, maxEpochs: 3 });
    expect(fit(1)).toEqual(fit(1));
    expect(fit(1).model.weights).not.toEqual(fit(2).model.weights);
    expect(fit(1)).toMatchObject({ epochs: 3, converged: false });
  });

  it('reads binary rows without weights, and ignores columns that it does not have', () => {
    const rows = { rows: 2, columns: 3, starts: Int32Array.of(0, 2, 3), members: Int32Array.of(0, 2, 1) };
    const { model } = fitLinearSvm({ rows, labels: [1, 0], seed: 1 });
    expect(model.predict({ members: [0, 2] })).toBe(1);
    expect(model.predict({ members: [1] })).toBe(0);
    expect(model.decisionValues({ members: [1, 9] })).toEqual(model.decisionValues({ members: [1], weights: [1] }));
  });
});

describe('linear SVM rejects', () => {
  const fit =
    (labels: number[], options: Partial<LinearSvmProblem> = {}) =>
    () =>
      fitLinearSvm({ rows: sparse([[1], [2]]), labels, seed: 1, ...options });

  it('other shapes and numbers than it can fit', () => {
    expect(fit([0, 1, 1])).toThrow('2 rows, but 3 labels');
    expect(fit([1, 1])).toThrow('at least two classes');
    expect(fit([0, 1], { rows: sparse([[1], [NaN]]) })).toThrow('row 1 holds a NaN');
    expect(fit([0, 1], { cost: -1 })).toThrow('cost is -1; it must be greater than 0');
    expect(fit([0, 1], { classWeights: new Map([[1, 0]]) })).toThrow('the weight of class 1 is 0');
  });
});
