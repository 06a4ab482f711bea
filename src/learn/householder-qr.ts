/**
 * A pivot counts as 0 if it is at most this value times max(rows, columns). The value is a few rounding errors.
 */
const PIVOT_TOLERANCE = 32 * Number.EPSILON;

export interface LeastSquares {
  readonly solution: Float64Array;
  /** Squared length of the residual. */
  readonly residual: number;
}

/**
 * Minimises ‖A x − b‖ by Householder QR with column pivoting (Golub & Van Loan: Matrix Computations, 4th ed., §5.4).
 * Columns are first scaled to length 1, so that the rank does not depend on their units.
 * @param a column-major, rows × columns, rows ≥ columns; overwritten
 * @param b length `rows`; overwritten
 * @returns the solution, or the index of a column that is (within rounding) a linear combination of the others
 */
export function leastSquares(
  a: Float64Array,
  rows: number,
  columns: number,
  b: Float64Array,
): LeastSquares | { readonly dependentColumn: number } {
  const scales = new Float64Array(columns);
  const order = Int32Array.from({ length: columns }, (_, c) => c);
  for (let c = 0; c < columns; c++) {
    const scale = lengthOf(a, c * rows, (c + 1) * rows);
    if (scale === 0) return { dependentColumn: c };
    scales[c] = scale;
    for (let at = c * rows; at < (c + 1) * rows; at++) a[at] /= scale;
  }
  const diagonal = new Float64Array(columns);
  for (let step = 0; step < columns; step++) {
    let longest = step;
    let length = -1;
    for (let c = step; c < columns; c++) {
      const restLength = lengthOf(a, order[c] * rows + step, (order[c] + 1) * rows);
      if (restLength > length) [longest, length] = [c, restLength];
    }
    [order[step], order[longest]] = [order[longest], order[step]];
    if (length <= PIVOT_TOLERANCE * Math.max(rows, columns)) return { dependentColumn: order[step] };
    const at = order[step] * rows;
    // The reflection along v maps the rest of the column to −sign(first)·length·e₁. v replaces that rest in `a`.
    diagonal[step] = a[at + step] > 0 ? -length : length;
    a[at + step] -= diagonal[step];
    const half = -diagonal[step] * a[at + step];
    for (let c = step + 1; c < columns; c++) reflect(a, at, step, rows, half, a, order[c] * rows);
    reflect(a, at, step, rows, half, b, 0);
  }
  const solution = new Float64Array(columns);
  for (let step = columns - 1; step >= 0; step--) {
    let sum = b[step];
    for (let c = step + 1; c < columns; c++) sum -= a[order[c] * rows + step] * solution[order[c]];
    solution[order[step]] = sum / diagonal[step];
  }
  for (let c = 0; c < columns; c++) solution[c] /= scales[c];
  let residual = 0;
  for (let r = columns; r < rows; r++) residual += b[r] * b[r];
  return { solution, residual };
}

function lengthOf(a: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += a[at] * a[at];
  return Math.sqrt(sum);
}

/** Applies the reflection along v to the rows from `step` on: target −= v (vᵀ target) / half, where half = vᵀv / 2. */
function reflect(
  v: Float64Array,
  at: number,
  step: number,
  rows: number,
  half: number,
  target: Float64Array,
  start: number,
): void {
  let dot = 0;
  for (let r = step; r < rows; r++) dot += v[at + r] * target[start + r];
  const factor = dot / half;
  for (let r = step; r < rows; r++) target[start + r] -= factor * v[at + r];
}
