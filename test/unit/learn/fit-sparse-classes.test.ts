import { rowAt, type CompressedRows } from '../../../src/learn/compressed-rows';
import { FitError } from '../../../src/learn/fit-error';
import { fitLinearSvm } from '../../../src/learn/fit-linear-svm';
import { fitSparseClasses, NO_CLASS } from '../../../src/learn/fit-sparse-classes';
import { seededRandom } from '../../../src/learn/seeded-random';

const CLASSES = 4;

/** Random sparse rows with 1 to 12 cells. The class is the most frequent column modulo the classes, with some noise. */
function randomProblem(rowCount: number, columns: number): { rows: CompressedRows; labels: Int32Array } {
  const random = seededRandom(5);
  const starts = [0];
  const members: number[] = [];
  const labels = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const label = row < CLASSES ? row : Math.floor(random() * CLASSES);
    const set = new Set<number>();
    for (let left = 1 + Math.floor(12 * random()); left > 0; left--) {
      const column = Math.floor(random() * columns);
      set.add(random() < 0.5 ? column - (column % CLASSES) + label : column);
    }
    members.push(...[...set].filter((column) => column < columns).sort((a, b) => a - b));
    starts.push(members.length);
    labels[row] = label;
  }
  const rows = {
    rows: rowCount,
    columns,
    starts: Int32Array.from(starts),
    members: Int32Array.from(members),
    weights: Float64Array.from(members, () => 0.1 + random()),
  };
  return { rows, labels };
}

const { rows, labels } = randomProblem(120, 40);
const problem = { rows, labels, classCount: CLASSES, cost: 0.7, seed: 1 };

describe('fitSparseClasses', () => {
  it('has the solution of one machine per class', () => {
    const fit = fitSparseClasses({ ...problem, tolerance: 1e-5, maxEpochs: 5_000 });
    expect(fit.converged).toBe(true);
    const { model } = fitLinearSvm({ rows, labels, cost: 0.7, seed: 2, tolerance: 1e-7, maxEpochs: 20_000 });
    for (let row = 0; row < rows.rows; row++) {
      const { members, weights } = rowAt(rows, row);
      const expected = model.decisionValues({ members, weights });
      for (let c = 0; c < CLASSES; c++) {
        let value = fit.intercepts[c];
        for (let k = 0; k < members.length; k++) value += fit.weights[members[k] * CLASSES + c] * weights![k];
        expect(value).toBeCloseTo(expected[c], 3);
      }
    }
  });

  it('treats a row without a class as a negative example of all classes', () => {
    const outside = labels.map((label, row) => (row % 5 === 4 ? NO_CLASS : label));
    const fit = fitSparseClasses({ ...problem, labels: outside, tolerance: 1e-5, maxEpochs: 5_000 });
    const asClass = outside.map((label) => (label === NO_CLASS ? CLASSES : label));
    const { model } = fitLinearSvm({ rows, labels: asClass, cost: 0.7, seed: 2, tolerance: 1e-7, maxEpochs: 20_000 });
    for (let c = 0; c < CLASSES; c++) expect(fit.intercepts[c]).toBeCloseTo(model.intercepts[c], 3);
  });

  it('gives the same numbers for the same seed, and approaches the margins with each pass', () => {
    const violations: number[] = [];
    const settings = { ...problem, maxEpochs: 40, tolerance: 1e-3 };
    const first = fitSparseClasses({ ...settings, onEpoch: (_, violation) => violations.push(violation) });
    expect(fitSparseClasses(settings)).toEqual(first);
    expect(violations).toHaveLength(first.epochs);
    expect(violations.at(-1)!).toBeLessThan(violations[0] / 10);
  });

  it('accepts a class without rows, and rows without cells', () => {
    const empty = { rows: 2, columns: 1, starts: Int32Array.of(0, 0, 1), members: Int32Array.of(0) };
    const fit = fitSparseClasses({ rows: empty, labels: [0, 1], classCount: 3, seed: 1 });
    expect(fit.intercepts[2]).toBeLessThan(-0.5);
    expect([...fit.weights, ...fit.intercepts].every(Number.isFinite)).toBe(true);
  });

  it.each([
    [{ labels: [0] }, '120 rows, but 1 labels'],
    [{ labels: labels.map(() => 4) }, 'the label of row 0 is 4; there are 4 classes'],
    [{ cost: 0 }, 'cost is 0'],
    [{ rows: { ...rows, weights: rows.weights!.map(() => NaN) } }, 'row 0 holds a NaN'],
  ])('refuses a problem that it cannot fit', (change, message) => {
    expect(() => fitSparseClasses({ ...problem, ...change })).toThrow(FitError);
    expect(() => fitSparseClasses({ ...problem, ...change })).toThrow(message);
  });
});
