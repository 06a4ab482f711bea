import fc from 'fast-check';
import { compressRows, type CompressedRows, type SparseVector } from '../../../src/learn/compressed-rows';
import { easeResidual, easeRow, easeScores, rebuildEase, type Ease } from '../../../src/learn/ease';
import { addEaseItem, updateEase } from '../../../src/learn/ease-update';
import { seededRandom } from '../../../src/learn/seeded-random';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();
const LAMBDA = 3;

/** EASE by its definition, dense: B as rows. */
function naiveEase(x: number[][], items: number): number[][] {
  // Gauss–Jordan on [G | I].
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

function farthest(a: Ease, b: Ease): number {
  let largest = 0;
  for (let i = 0; i < a.inverse.size; i++)
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a.inverse.get(i, j) - b.inverse.get(i, j)));
  return largest;
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
        expect(Array.from(easeRow(ease, 0))).toEqual(b[0].map((value) => expect.closeTo(value, 10)));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['kernel', kernels, 4_000],
    ['twin', {}, 300],
  ])('after thousands of random updates, in steps of any size, is what a rebuild gives (%s)', (_, by, changes) => {
    const random = seededRandom(7);
    const items = 150;
    const customers = 200;
    const sets = Array.from({ length: customers }, () => new Set(randomSet(random, items, 8)));
    const ease = rebuildEase(compressRows(sets, items), LAMBDA, by);
    let done = 0;
    while (done < changes) {
      const touched = new Set(randomSet(random, customers, 100));
      const before = compressRows(sets, items);
      for (const customer of touched) {
        const item = Math.floor(random() * items);
        if (!sets[customer].delete(item)) sets[customer].add(item);
        if (random() < 0.02) sets[customer].clear(); // forgotten altogether
      }
      const after = compressRows(sets, items);
      updateEase(
        ease,
        Array.from(touched, (customer) => ({ before: vectorOf(before, customer), after: vectorOf(after, customer) })),
      );
      done += touched.size;
    }
    const rebuilt = rebuildEase(compressRows(sets, items), LAMBDA, by);
    expect(farthest(ease, rebuilt)).toBeLessThan(1e-10);
    expect(easeResidual(ease, compressRows(sets, items), probe(items, random))).toBeLessThan(1e-10);
  });

  it('updates weighted histories too', () => {
    const items = 10;
    const before = [
      { members: [1, 3], weights: [2, 0.5] },
      { members: [0, 3, 9], weights: [1, 1, 4] },
    ];
    const after = [
      { members: [3, 4], weights: [1.5, 3] },
      { members: [0, 3, 9], weights: [1, 2, 4] },
    ];
    const ease = rebuildEase(weightedRows(before, items), LAMBDA, kernels);
    updateEase(
      ease,
      [0, 1].map((customer) => ({ before: before[customer], after: after[customer] })),
    );
    expect(farthest(ease, rebuildEase(weightedRows(after, items), LAMBDA, kernels))).toBeLessThan(1e-14);
  });

  it('takes in a new item by a bordered inverse, with a past or without, across a tile’s edge', () => {
    const random = seededRandom(9);
    const sets = Array.from({ length: 300 }, () => new Set(randomSet(random, 131, 12)));
    const upTo = (items: number) =>
      compressRows(
        sets.map((set) => [...set].filter((item) => item < items)),
        items,
      );
    const ease = rebuildEase(upTo(126), LAMBDA, kernels);
    for (let item = 126; item < 131; item++) {
      const holders = sets.filter((set) => set.has(item));
      const together = Array.from({ length: item }, (_, i) => holders.filter((set) => set.has(i)).length);
      addEaseItem(ease, { members: together.map((_, i) => i), weights: together }, holders.length);
    }
    expect(farthest(ease, rebuildEase(upTo(131), LAMBDA, kernels))).toBeLessThan(1e-12);
    addEaseItem(ease, { members: [] }, 0);
    expect(farthest(ease, rebuildEase(upTo(132), LAMBDA, kernels))).toBeLessThan(1e-12);
  });

  it('shows by its residual that P is wrong', () => {
    const random = seededRandom(11);
    const histories = compressRows(
      Array.from({ length: 50 }, () => randomSet(random, 20, 6)),
      20,
    );
    const ease = rebuildEase(histories, LAMBDA, kernels);
    expect(easeResidual(ease, histories, probe(20, random))).toBeLessThan(1e-13);
    ease.inverse.set(4, 5, ease.inverse.get(4, 5) + 1e-6);
    expect(easeResidual(ease, histories, probe(20, random))).toBeGreaterThan(1e-7);
  });

  it('refuses what is not a number', () => {
    const histories = { ...compressRows([[0, 1]], 2), weights: Float64Array.of(1, NaN) };
    expect(() => rebuildEase(histories, LAMBDA, kernels)).toThrow('not positive definite');
  });
});

function probe(items: number, random: () => number): Float64Array {
  return Float64Array.from({ length: items }, () => (random() < 0.5 ? -1 : 1));
}

function vectorOf(matrix: CompressedRows, row: number): SparseVector {
  return { members: matrix.members.slice(matrix.starts[row], matrix.starts[row + 1]) };
}

function weightedRows(rows: readonly { members: number[]; weights: number[] }[], items: number): CompressedRows {
  const binary = compressRows(
    rows.map(({ members }) => members),
    items,
  );
  return { ...binary, weights: Float64Array.from(rows.flatMap(({ weights }) => weights)) };
}
