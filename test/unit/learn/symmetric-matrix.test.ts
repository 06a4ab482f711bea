import fc from 'fast-check';
import { seededRandom } from '../../../src/learn/seeded-random';
import { SymmetricMatrix } from '../../../src/learn/symmetric-matrix';
import { invertGeneral } from '../../../src/learn/invert-general';
import { kernelThreads } from '../../../src/platform/kernel-threads';
import type { Kernels } from '../../../src/learn/wasm';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();
const sizes = [1, 2, 127, 128, 129, 300];

/** A positive definite matrix: Gram of random vectors + I. */
function definite(n: number, seed: number): number[][] {
  const random = seededRandom(seed);
  const x = Array.from({ length: n }, () => Array.from({ length: 8 }, () => random() - 0.5));
  return x.map((a, i) => x.map((b, j) => a.reduce((sum, value, k) => sum + value * b[k], i === j ? 1 : 0)));
}

function filled(values: number[][], by: Kernels): SymmetricMatrix {
  const matrix = new SymmetricMatrix(values.length, by);
  values.forEach((row, i) => row.forEach((value, j) => j <= i && matrix.set(i, j, value)));
  return matrix;
}

function dense(matrix: SymmetricMatrix): number[][] {
  return Array.from({ length: matrix.size }, (_, i) =>
    Array.from({ length: matrix.size }, (__, j) => matrix.get(i, j)),
  );
}

function farthest(a: number[][], b: number[][]): number {
  return Math.max(...a.map((row, i) => Math.max(...row.map((value, j) => Math.abs(value - b[i][j])))));
}

describe.each([
  ['kernel', kernels],
  ['twin', {}],
])('a symmetric matrix (%s)', (_, by) => {
  it.each(sizes)('of %i rows times its inverse is the identity', (n) => {
    const values = definite(n, n);
    const matrix = filled(values, by);
    expect(matrix.invert()).toBe(true);
    const inverse = dense(matrix);
    const product = values.map((row) =>
      inverse.map((column) => row.reduce((sum, value, k) => sum + value * column[k], 0)),
    );
    const identity = values.map((row, i) => row.map((_, j) => Number(i === j)));
    expect(farthest(product, identity)).toBeLessThan(1e-11);
  });

  it('reports that it has no inverse of its kind', () => {
    const values = definite(200, 1);
    values[150][150] = -1;
    expect(filled(values, by).invert()).toBe(false);
  });

  it('reads rows, and both halves alike', () => {
    const values = definite(300, 2);
    const matrix = filled(values, by);
    expect(dense(matrix)).toEqual(values);
    for (const i of [0, 127, 128, 255, 299]) {
      const row = new Float64Array(matrix.padded).fill(1);
      matrix.addRow(i, 2, row);
      expect(Array.from(row.subarray(0, 300))).toEqual(values[i].map((value) => 1 + 2 * value));
    }
  });

  it('multiplies sparse vectors', () => {
    const values = definite(300, 6);
    const matrix = filled(values, by);
    const vectors = [
      { members: [0, 127, 128, 130, 299], weights: [1, 2, -3, 4, 0.5] },
      { members: [5, 200] },
      { members: [] },
    ];
    const products = matrix.timesSparse(vectors);
    vectors.forEach(({ members, weights }, v) => {
      const expected = values.map((row) => members.reduce((sum, j, at) => sum + (weights?.[at] ?? 1) * row[j], 0));
      expect(Array.from(products[v].subarray(0, 300))).toEqual(expected.map((value) => expect.closeTo(value, 13)));
    });
  });

  it('subtracts a product of any rank', () => {
    const random = seededRandom(3);
    for (const rank of [1, 2, 3, 128, 131]) {
      const values = definite(200, 4);
      const matrix = filled(values, by);
      const vectors = Array.from({ length: rank }, () =>
        Float64Array.from({ length: matrix.padded }, () => random() - 0.5),
      );
      matrix.subtractProduct(
        vectors,
        vectors.map((vector) => vector.map((value) => 2 * value)),
      );
      for (const row of values.keys())
        for (const column of values.keys())
          values[row][column] -= vectors.reduce((sum, vector) => sum + 2 * vector[row] * vector[column], 0);
      expect(farthest(dense(matrix), values)).toBeLessThan(1e-12);
    }
  });

  it('grows by rows of the identity', () => {
    const values = definite(100, 5);
    const matrix = filled(values, by);
    matrix.grow(300);
    const expected = Array.from({ length: 300 }, (_, i) =>
      Array.from({ length: 300 }, (__, j) => values[i]?.[j] ?? (i === j ? 1 : 0)),
    );
    expect(dense(matrix)).toEqual(expected);
  });
});

it('any number of threads give the same inverse, byte for byte', () => {
  const values = definite(500, 7);
  const inverses = [0, 1, 3].map((helpers) => {
    const matrix = filled(values, { ...kernels, threads: kernelThreads(helpers) });
    expect(matrix.invert()).toBe(true);
    return Buffer.from(matrix.cells.slice().buffer);
  });
  expect(inverses[1].equals(inverses[0])).toBe(true);
  expect(inverses[2].equals(inverses[0])).toBe(true);
});

it('the kernel and its TypeScript twin agree on inverses', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(1e6), (n, seed) => {
      const values = definite(n, seed);
      const [a, b] = [filled(values, kernels), filled(values, {})];
      expect(a.invert() && b.invert()).toBe(true);
      expect(farthest(dense(a), dense(b))).toBeLessThan(1e-12);
    }),
    { numRuns: 5 },
  );
});

it('the general inverse accepts indefinite matrices', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1e6), (n, seed) => {
      const random = seededRandom(seed);
      const values = Float64Array.from({ length: n * n }, () => random() - 0.5);
      values[0] = 0; // The first step needs an exchange of rows.
      const inverse = values.slice();
      fc.pre(n > 1 && invertGeneral(inverse, n));
      const size = Math.max(...inverse.map(Math.abs));
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += values[i * n + k] * inverse[k * n + j];
          expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-11 * size);
        }
      }
    }),
  );
  expect(invertGeneral(Float64Array.of(1, 2, 2, 4), 2)).toBe(false);
});
