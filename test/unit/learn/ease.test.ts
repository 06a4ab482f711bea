import fc from 'fast-check';
import { compressRows, type CompressedRows } from '../../../src/learn/compressed-rows';
import { easeRows, ROWS_PER_BLOCK, easeScores, rebuildEase } from '../../../src/learn/ease';
import { seededRandom } from '../../../src/learn/seeded-random';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();
const LAMBDA = 3;

/** EASE by its definition, dense: B as rows. */
function naiveEase(x: number[][], items: number): number[][] {
  // Gauss–Jordan on [G
  // I].
  const work = Array.from({ length: items }, (_, i) =>
    Array.from({ length: 2 * items }, (__, j) =>
      j >= items ? Number(j - items === i) : x.reduce((sum, row) => sum + row[i] * row[j], i === j ? LAMBDA : 0),
    ),
  );
  for (let k = 0; k < items; k++) {
    const pivot = work[k][k];
    work[k] = work[k].map((value) => value / pivot);
    for (let i = 0; i < items; i++) {
      const factor = work[i][k];
      if (i !== k) work[i] = work[i].map((value, j) => value - factor * work[k][j]);
    }
  }
  return work.map((row, i) => row.slice(items).map((value, j) => (i === j ? 0 : -value / work[j][items + j])));
}

function denseRows(matrix: CompressedRows): number[][] {
  return Array.from({ length: matrix.rows }, (_, row) => {
    const out = Array<number>(matrix.columns).fill(0);
    for (let at = matrix.starts[row]; at < matrix.starts[row + 1]; at++)
      out[matrix.members[at]] = matrix.weights?.[at] ?? 1;
    return out;
  });
}

function randomSet(random: () => number, items: number, most: number): number[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, () => Math.floor(random() * items));
}

describe('EASE', () => {
  it('scores as the definition does, with weights and without', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.boolean(), fc.nat(1e6), (items, weighted, seed) => {
        const random = seededRandom(seed);
        const sets = Array.from({ length: 30 }, () => randomSet(random, items, 6));
        const binary = compressRows(sets, items);
        const matrix = weighted
          ? { ...binary, weights: Float64Array.from(binary.members, () => 2 * random()) }
          : binary;
        const ease = rebuildEase(matrix, LAMBDA, kernels);
        const rows = denseRows(matrix);
        const b = naiveEase(rows, items);
        const history = { members: Int32Array.from([0, items - 1].slice(0, items)), weights: [1, 0.5] };
        const scores = easeScores(ease, history);
        for (let j = 0; j < items; j++) {
          const expected = history.members.reduce((sum, i, at) => sum + history.weights[at] * b[i][j], 0);
          expect(scores[j]).toBeCloseTo(expected, 10);
        }
        expect(easeRows(ease, 0).map((row) => Array.from(row))).toEqual(
          b.map((row) => row.map((value) => expect.closeTo(value, 10))),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('reads rows of B, many at a time, that score as histories of their item alone do', () => {
    const random = seededRandom(4);
    const items = 2 * ROWS_PER_BLOCK + 3;
    const histories = compressRows(
      Array.from({ length: 200 }, () => randomSet(random, items, 12)),
      items,
    );
    const ease = rebuildEase(histories, LAMBDA, kernels);
    const rows = [0, 1, 2].flatMap((block) => easeRows(ease, block * ROWS_PER_BLOCK));
    expect(rows).toHaveLength(items);
    rows.forEach((row, item) => {
      const scores = easeScores(ease, { members: [item] });
      expect(Math.max(...row.map((value, j) => Math.abs(value - scores[j])))).toBeLessThan(1e-14);
    });
  });

  it('rejects values that are not numbers', () => {
    const histories = { ...compressRows([[0, 1]], 2), weights: Float64Array.of(1, NaN) };
    expect(() => rebuildEase(histories, LAMBDA, kernels)).toThrow('not positive definite');
  });
});
