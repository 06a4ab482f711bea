import fc from 'fast-check';
import { compressRows, transpose, type CompressedRows } from '../../../src/learn/compressed-rows';
import { fitIals, ialsScores, type IalsSettings } from '../../../src/learn/ials';
import { weightedGram, withIalsEngine } from '../../../src/learn/ials-engine';
import { IalsFoldIn } from '../../../src/learn/ials-fold-in';
import { createIalsScorer } from '../../../src/learn/ials-scorer';
import { seededRandom } from '../../../src/learn/seeded-random';
import { kernelThreads } from '../../../src/platform/kernel-threads';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();
const SETTINGS: IalsSettings = { factors: 8, epochs: 60, lambda: 0.01, unobserved: 0.3, seed: 1 };

/** Two kinds of customers, each with its half of the items, and some noise. */
function histories(customers: number, items: number, seed: number): CompressedRows {
  const random = seededRandom(seed);
  const sets = Array.from({ length: customers }, (_, customer) =>
    Array.from({ length: Math.floor(9 * random()) }, () => {
      const half = random() < 0.1 ? 0 : (customer % 2) * 0.5;
      return Math.floor(items * (half + random() / 2));
    }),
  );
  return compressRows(sets, items);
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at])), 0);
}

const foldInOf = (items: Float32Array, settings = SETTINGS) =>
  new IalsFoldIn(items, weightedGram(items, settings.factors, settings.unobserved), settings);

/** The objective, cell by cell. */
function objective(matrix: CompressedRows, users: Float32Array, items: Float32Array, settings: IalsSettings): number {
  const { factors: d, lambda, unobserved } = settings;
  const square = (from: Float32Array, row: number) =>
    from.subarray(row * d, (row + 1) * d).reduce((sum, value) => sum + value * value, 0);
  const held = new Int32Array(matrix.columns);
  let total = 0;
  for (let u = 0; u < matrix.rows; u++) {
    const scores = ialsScores(items, users.subarray(u * d, (u + 1) * d));
    for (const score of scores) total += unobserved * score * score;
    for (let at = matrix.starts[u]; at < matrix.starts[u + 1]; at++) {
      total += (1 - scores[matrix.members[at]]) ** 2;
      held[matrix.members[at]]++;
    }
    total += lambda * (matrix.starts[u + 1] - matrix.starts[u] + unobserved * matrix.columns) * square(users, u);
  }
  held.forEach((n, i) => (total += lambda * (n + unobserved * matrix.rows) * square(items, i)));
  return total;
}

describe('iALS', () => {
  it.each([
    ['few', 40],
    ['more than one chunk of the Gram matrix', 1_000],
  ])('the kernel and its TypeScript twin compute the same half-epoch from the same start (%s)', (_, customers) => {
    fc.assert(
      fc.property(fc.constantFrom(4, 8, 64), fc.nat(1e6), (factors, seed) => {
        const matrix = histories(customers, 23, seed);
        const settings = { ...SETTINGS, factors, seed };
        const by = transpose(matrix);
        withIalsEngine(matrix, by, settings, kernels, (kernel) =>
          withIalsEngine(matrix, by, settings, {}, (twin) => {
            const random = seededRandom(seed);
            for (const side of ['users', 'items'] as const)
              twin[side].forEach((__, at) => (kernel[side][at] = twin[side][at] = random() - 0.5));
            kernel.solveUsers();
            twin.solveUsers();
            expect(farthest(kernel.users, twin.users)).toBeLessThan(1e-5);
            kernel.users.set(twin.users);
            kernel.solveItems();
            twin.solveItems();
            expect(farthest(kernel.items, twin.items)).toBeLessThan(1e-5);
          }),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('ends where no factor can be improved', () => {
    const matrix = histories(40, 23, 2);
    const { users, items } = fitIals(matrix, SETTINGS, kernels);
    const least = objective(matrix, users, items, SETTINGS);
    for (const side of [users, items]) {
      for (let at = 0; at < side.length; at += 5) {
        for (const by of [-0.02, 0.02]) {
          const kept = side[at];
          side[at] += by;
          expect(objective(matrix, users, items, SETTINGS)).toBeGreaterThan(least);
          side[at] = kept;
        }
      }
    }
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const matrix = histories(40, 23, 3);
    const settings = { ...SETTINGS, epochs: 3 };
    expect(fitIals(matrix, settings, kernels)).toEqual(fitIals(matrix, settings, kernels));
    expect(fitIals(matrix, { ...settings, seed: 2 }, kernels).items).not.toEqual(
      fitIals(matrix, settings, kernels).items,
    );
  });

  it.each([4, 64])('gives the same bytes on any number of threads (%i factors)', (factors) => {
    const matrix = histories(1_000, 301, 5);
    const settings = { ...SETTINGS, factors, epochs: 3 };
    const alone = fitIals(matrix, settings, kernels);
    for (const helpers of [0, 1, 3])
      expect(fitIals(matrix, settings, { ...kernels, threads: kernelThreads(helpers) })).toEqual(alone);
  });

  it('folds a known history in at its factors, once these have settled', () => {
    const matrix = histories(40, 23, 4);
    const { users, items, factors } = fitIals(matrix, { ...SETTINGS, epochs: 200 }, kernels);
    const foldIn = foldInOf(items);
    for (let u = 0; u < matrix.rows; u++) {
      const folded = foldIn.factors(matrix.members.subarray(matrix.starts[u], matrix.starts[u + 1]));
      folded.forEach((value, c) => expect(Math.abs(value - users[u * factors + c])).toBeLessThan(2e-3));
    }
  });

  it('folds a new history in at the minimum of its own row', () => {
    const matrix = histories(40, 23, 6);
    const { items, factors: d } = fitIals(matrix, SETTINGS, kernels);
    const history = [1, 5, 22];
    const x = foldInOf(items).factors(history);
    // The gradient: (αYᵀY + Σ y yᵀ + λ(n + α|I|)) x − Σ y
    const scores = ialsScores(items, x);
    for (let c = 0; c < d; c++) {
      let gradient = SETTINGS.lambda * (history.length + SETTINGS.unobserved * 23) * x[c];
      scores.forEach((score, i) => {
        gradient += SETTINGS.unobserved * score * items[i * d + c];
        if (history.includes(i)) gradient -= (1 - score) * items[i * d + c];
      });
      expect(Math.abs(gradient)).toBeLessThan(1e-12);
    }
    expect(Array.from(foldInOf(items).factors([]))).toEqual(Array(d).fill(0));
  });

  it.each([4, 8, 64])('gives the same scores by the kernel and by its TypeScript twin (%i factors)', (factors) => {
    const settings = { ...SETTINGS, factors, epochs: 5 };
    const { items } = fitIals(histories(300, 203, 7), settings, kernels);
    const gram = Float32Array.from(weightedGram(items, factors, settings.unobserved));
    const [fast, plain] = [kernels.ials, undefined].map((kernel) => createIalsScorer(items, gram, settings, kernel));
    const random = seededRandom(8);
    for (const length of [1, 3, 4, 17, 203]) {
      const history = Int32Array.from(new Set(Array.from({ length }, () => Math.floor(203 * random()))));
      const expected = Float64Array.from(plain.scores(history));
      const scores = fast.scores(history);
      expect(scores).toHaveLength(203);
      const largest = expected.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
      scores.forEach((score, item) => expect(Math.abs(score - expected[item])).toBeLessThan(1e-4 * largest));
    }
  });
});
