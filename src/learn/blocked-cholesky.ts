/**
 * Cholesky factorisation of large symmetric positive definite matrices (n × n, row-major) in place, and solution of
 * their systems. The innermost loop multiplies contiguous segments of rows, four rows by four rows at a time, within
 * blocks that fit in the cache (Golub & Van Loan: Matrix Computations, 4th ed., §4.2.9).
 */

/** Number of rows of a block, and maximum length of a row segment, so that the segments fit in the cache. */
const BLOCK = 64;
const SEGMENT = 256;

/**
 * A = L Lᵀ: the lower triangle of `a` becomes L; the upper triangle is neither read nor changed. n³/3 operations.
 * @returns −1 on success; otherwise the first row whose pivot is not positive; the contents of `a` are then undefined
 */
export function factorCholesky(a: Float64Array, n: number): number {
  for (let i0 = 0; i0 < n; i0 += BLOCK) {
    const i1 = Math.min(n, i0 + BLOCK);
    for (let j0 = 0; j0 <= i0; j0 += BLOCK) {
      const j1 = Math.min(n, j0 + BLOCK);
      subtractProducts(a, n, i0, i1, j0, j1);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < Math.min(j1, i + 1); j++) {
          let sum = a[i * n + j];
          for (let k = j0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
          if (i !== j) a[i * n + j] = sum / a[j * n + j];
          else if (sum > 0) a[i * n + i] = Math.sqrt(sum);
          else return i;
        }
      }
    }
  }
  return -1;
}

/** Solves L Lᵀ x = b for the factor that {@link factorCholesky} computed; `b` becomes x. 2n² operations. */
export function solveFactored(factor: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k];
    b[i] = sum / factor[i * n + i];
  }
  // Solves Lᵀ x = b along the rows of L, which are contiguous. L[i, k] x_i is subtracted from each b_k with k < i.
  for (let i = n - 1; i >= 0; i--) {
    const x = (b[i] /= factor[i * n + i]);
    for (let k = 0; k < i; k++) b[k] -= factor[i * n + k] * x;
  }
}

/** a[i, j] −= Σ_{k < j0} a[i, k] a[j, k] for i in [i0, i1), j in [j0, j1). */
function subtractProducts(a: Float64Array, n: number, i0: number, i1: number, j0: number, j1: number): void {
  for (let k0 = 0; k0 < j0; k0 += SEGMENT) {
    const k1 = Math.min(j0, k0 + SEGMENT);
    let i = i0;
    for (; i + 4 <= i1; i += 4) {
      let j = j0;
      for (; j + 4 <= j1; j += 4) subtractFourByFour(a, n, i, j, k0, k1);
      for (; j < j1; j++) for (let r = i; r < i + 4; r++) subtractOne(a, n, r, j, k0, k1);
    }
    for (; i < i1; i++) for (let j = j0; j < j1; j++) subtractOne(a, n, i, j, k0, k1);
  }
}

function subtractOne(a: Float64Array, n: number, i: number, j: number, k0: number, k1: number): void {
  let sum = 0;
  for (let p = i * n + k0, q = j * n + k0; p < i * n + k1; p++, q++) sum += a[p] * a[q];
  a[i * n + j] -= sum;
}

/** Computes sixteen sums together, so that each loaded number is used four times. */
function subtractFourByFour(a: Float64Array, n: number, i: number, j: number, k0: number, k1: number): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  const i1 = i * n + n;
  const i2 = i1 + n;
  const i3 = i2 + n;
  const j1 = j * n + n;
  const j2 = j1 + n;
  const j3 = j2 + n;
  for (let k = k0; k < k1; k++) {
    const x0 = a[i1 - n + k];
    const x1 = a[i1 + k];
    const x2 = a[i2 + k];
    const x3 = a[i3 + k];
    const y0 = a[j1 - n + k];
    s00 += x0 * y0;
    s10 += x1 * y0;
    s20 += x2 * y0;
    s30 += x3 * y0;
    const y1 = a[j1 + k];
    s01 += x0 * y1;
    s11 += x1 * y1;
    s21 += x2 * y1;
    s31 += x3 * y1;
    const y2 = a[j2 + k];
    s02 += x0 * y2;
    s12 += x1 * y2;
    s22 += x2 * y2;
    s32 += x3 * y2;
    const y3 = a[j3 + k];
    s03 += x0 * y3;
    s13 += x1 * y3;
    s23 += x2 * y3;
    s33 += x3 * y3;
  }
  subtractRow(a, i1 - n + j, s00, s01, s02, s03);
  subtractRow(a, i1 + j, s10, s11, s12, s13);
  subtractRow(a, i2 + j, s20, s21, s22, s23);
  subtractRow(a, i3 + j, s30, s31, s32, s33);
}

function subtractRow(a: Float64Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  a[at] -= s0;
  a[at + 1] -= s1;
  a[at + 2] -= s2;
  a[at + 3] -= s3;
}
