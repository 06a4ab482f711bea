import fc from 'fast-check';
import { solveCholesky } from '../../../src/learn/cholesky';
import { seededRandom } from '../../../src/learn/seeded-random';
import { fitSparseRidge, type BinaryRow, type SparseMatrix } from '../../../src/learn/sparse-ridge';
import { loadKernels } from '../../../src/platform/kernels';

const FEATURES = 6;
const TARGETS = 4;

/** B by its definition, column by column. */
function byDefinition(rows: readonly BinaryRow[], l2: number): number[][] {
  const x = (row: BinaryRow, f: number): number => (row.features.includes(f) ? 1 / Math.sqrt(row.features.length) : 0);
  return Array.from({ length: TARGETS }, (_, target) => {
    const a = new Float64Array(FEATURES * FEATURES);
    const b = new Float64Array(FEATURES);
    for (let i = 0; i < FEATURES; i++) {
      for (let j = 0; j < FEATURES; j++) {
        a[i * FEATURES + j] = rows.reduce((sum, row) => sum + row.weight * x(row, i) * x(row, j), i === j ? l2 : 0);
      }
      b[i] = rows.reduce((sum, row) => sum + (row.targets.includes(target) ? row.weight * x(row, i) : 0), 0);
    }
    solveCholesky(a, b);
    return Array.from(b);
  });
}

function cell({ starts, columns, values }: SparseMatrix, feature: number, target: number): number {
  for (let at = starts[feature]; at < starts[feature + 1]; at++) if (columns[at] === target) return values[at];
  return 0;
}

const arbitraryRow = fc
  .record({
    features: fc.uniqueArray(fc.integer({ min: 0, max: FEATURES - 1 }), { minLength: 1 }),
    targets: fc.uniqueArray(fc.integer({ min: 0, max: TARGETS - 1 })),
    weight: fc.constantFrom(1, 0.6),
  })
  .map(({ features, targets, weight }) => ({
    features: Int32Array.from(features),
    targets: Int32Array.from(targets),
    weight,
  }));

describe('ridge of many targets on sparse rows', () => {
  it('is (XᵀWX + λI)⁻¹ XᵀWY', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow, { minLength: 1, maxLength: 12 }), fc.constantFrom(0.5, 3), (rows, l2) => {
        const matrix = fitSparseRidge(
          { rows, features: FEATURES, targets: TARGETS, l2, coefficientsPerTarget: FEATURES },
          loadKernels(),
        );
        const expected = byDefinition(rows, l2);
        for (let f = 0; f < FEATURES; f++) {
          for (let t = 0; t < TARGETS; t++) expect(cell(matrix, f, t)).toBeCloseTo(expected[t][f], 5);
        }
      }),
    );
  });

  it('keeps the largest coefficients of each target, of either sign', () => {
    const row = (features: number[], targets: number[]): BinaryRow => ({
      features: Int32Array.from(features),
      targets: Int32Array.from(targets),
      weight: 1,
    });
    const rows = [row([0], [0]), row([0, 1], []), row([2], [0]), row([1, 3], [1]), row([1], [1])];
    const all = fitSparseRidge(
      { rows, features: FEATURES, targets: TARGETS, l2: 0.1, coefficientsPerTarget: FEATURES },
      loadKernels(),
    );
    const two = fitSparseRidge(
      { rows, features: FEATURES, targets: TARGETS, l2: 0.1, coefficientsPerTarget: 2 },
      loadKernels(),
    );
    for (const target of [0, 1]) {
      const sizes = Array.from({ length: FEATURES }, (_, f) => Math.abs(cell(all, f, target))).sort((a, b) => b - a);
      const kept = Array.from({ length: FEATURES }, (_, f) => Math.abs(cell(two, f, target))).sort((a, b) => b - a);
      expect(kept).toEqual([...sizes.slice(0, 2), 0, 0, 0, 0]);
    }
    expect(cell(all, 1, 0)).toBeLessThan(0);
  });

  it('is the same by the kernel and by its TypeScript twin', () => {
    const random = seededRandom(1);
    const some = (count: number, most: number): Int32Array =>
      Int32Array.from(new Set(Array.from({ length: count }, () => Math.floor(random() * most))));
    const rows = Array.from({ length: 200 }, () => ({ features: some(9, 150), targets: some(4, 150), weight: 0.6 }));
    const problem = { rows, features: 150, targets: 150, l2: 1, coefficientsPerTarget: 20 };
    const byKernel = fitSparseRidge(problem, loadKernels());
    const byTwin = fitSparseRidge(problem, {});
    expect(byKernel.columns).toEqual(byTwin.columns);
    byKernel.values.forEach((value, at) => expect(value).toBeCloseTo(byTwin.values[at], 6));
  });

  it('is rejected if there is no penalty and features depend on each other', () => {
    const rows = [{ features: Int32Array.of(0, 1), targets: Int32Array.of(0), weight: 1 }];
    expect(() => fitSparseRidge({ rows, features: 2, targets: 1, l2: 0, coefficientsPerTarget: 1 }, {})).toThrow(
      'too small',
    );
  });
});
