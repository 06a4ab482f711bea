import { transposed, type CompressedRows, type SparseVector } from './compressed-rows';
import { SIDE } from './matrix-engine';
import { SymmetricMatrix } from './symmetric-matrix';
import type { Kernels } from './wasm';

/**
 * EASE (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): the item × item matrix B with a zero
 * diagonal that minimises ‖X − XB‖² + λ‖B‖². With G = XᵀX + λI and P = G⁻¹: B_ij = −P_ij / P_jj, B_jj = 0. What is kept is
 * P; B is read from it, so that an exact step on P is an exact step on B.
 */
export interface Ease {
  /** > 0 */
  readonly lambda: number;
  /** P, items × items. */
  readonly inverse: SymmetricMatrix;
}

/**
 * EASE of X (customers × items, weights finite), from scratch. Time: n³ multiply-adds and subtractions, in f64.
 * @throws Error where X holds what is not a number
 */
export function rebuildEase(histories: CompressedRows, lambda: number, kernels: Kernels): Ease {
  const matrix = new SymmetricMatrix(histories.columns, kernels);
  fillGram(matrix, histories);
  for (let i = 0; i < histories.columns; i++) matrix.set(i, i, matrix.get(i, i) + lambda);
  if (!matrix.invert())
    throw new Error('XᵀX + λI is not positive definite: a weight is not a number, or λ is not positive');
  return { lambda, inverse: matrix };
}

/** Row by row: a row of sums stays in the cache, where the matrix does not. */
function fillGram(matrix: SymmetricMatrix, histories: CompressedRows): void {
  const { starts, members, weights } = histories;
  const holders = transposed(histories);
  const row = new Float64Array(histories.columns);
  // By customer, how far their items are at most the row's: rows come in order.
  const reached = starts.slice(0, histories.rows);
  for (let i = 0; i < histories.columns; i++) {
    for (let at = holders.starts[i]; at < holders.starts[i + 1]; at++) {
      const customer = holders.members[at];
      const end = ++reached[customer];
      if (weights === undefined) for (let k = starts[customer]; k < end; k++) row[members[k]]++;
      else for (let k = starts[customer]; k < end; k++) row[members[k]] += weights[end - 1] * weights[k];
    }
    for (let j = 0; j <= i; j++) if (row[j] !== 0) matrix.set(i, j, row[j]);
    row.fill(0, 0, i + 1);
  }
}

/**
 * Scores of all items for one history x, xᵀB: from P, −(Px)_j / P_jj, to which an item of the history itself adds x_j,
 * since B_jj = 0. The history need not be one that P was made from: what a customer has just done counts at once.
 * @returns one score an item
 */
export function easeScores({ inverse }: Ease, history: SparseVector): Float64Array {
  const [scores] = inverse.timesSparse([history]);
  for (let j = 0; j < inverse.size; j++) scores[j] /= -inverse.get(j, j);
  for (let at = 0; at < history.members.length; at++) scores[history.members[at]] += history.weights?.[at] ?? 1;
  return scores.subarray(0, inverse.size);
}

/** Rows of B that are read together. */
export const ROWS_TOGETHER = SIDE;

/**
 * Rows of B, `first` and those behind it: how much an item in a history speaks for each item. Time: n a row; the whole of B
 * reads P once.
 * @param first a multiple of {@link ROWS_TOGETHER}
 * @returns at most as many rows, each n long
 */
export function easeRows({ inverse }: Ease, first: number): Float64Array[] {
  const { size, padded } = inverse;
  const block = new Float64Array(ROWS_TOGETHER * padded);
  inverse.readRows(first / ROWS_TOGETHER, block);
  const factors = Float64Array.from({ length: size }, (_, j) => -1 / inverse.get(j, j));
  return Array.from({ length: Math.min(ROWS_TOGETHER, size - first) }, (_, at) => {
    const row = block.subarray(at * padded, at * padded + size);
    for (let j = 0; j < size; j++) row[j] *= factors[j];
    row[first + at] = 0;
    return row;
  });
}
