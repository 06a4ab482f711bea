import { factorCholesky, solveFactored } from '../../../src/learn/blocked-cholesky';
import { seededRandom } from '../../../src/learn/seeded-random';

/** Returns M Mᵀ + I of a random M. */
function positiveDefinite(n: number): Float64Array {
  const random = seededRandom(n);
  const m = Float64Array.from({ length: n * n }, () => random() - 0.5);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j] += m[i * n + k] * m[j * n + k];
    }
    a[i * n + i] += 1;
  }
  return a;
}

// Sizes around those of a block (64) and of four rows.
describe.each([1, 3, 4, 63, 64, 65, 130, 200])('a positive definite matrix of %i rows', (n) => {
  const a = positiveDefinite(n);

  it('solves A x = b for x', () => {
    const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
    const b = x.map((_, i) => x.reduce((sum, value, k) => sum + a[i * n + k] * value, 0));
    const factor = a.slice();
    expect(factorCholesky(factor, n)).toBe(-1);
    solveFactored(factor, b);
    expect(Math.max(...b.map((value, i) => Math.abs(value - x[i])))).toBeLessThan(1e-11);
  });

  it('with one diagonal cell removed is refused at that row', () => {
    const spoilt = a.slice();
    const row = n - 1;
    spoilt[row * n + row] = -1;
    expect(factorCholesky(spoilt, n)).toBe(row);
  });
});
