import { transpose, type CompressedRows, type SparseVector } from './compressed-rows';
import { TILE_SIDE } from './matrix-engine';
import { SymmetricMatrix } from './symmetric-matrix';
import type { Kernels } from './wasm';

/**
 * EASE (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): the item × item matrix B with a zero
 * diagonal that minimises ‖X − XB‖² + λ‖B‖² for histories X (customers × items). With P = (XᵀX + λI)⁻¹ it is
 * B_ij = −P_ij / P_jj, B_jj = 0. P is stored and B is derived from it, so an exact update of P also updates B exactly.
 */
export interface Ease {
  /** > 0 */
  readonly lambda: number;
  /** P, items × items. */
  readonly inverse: SymmetricMatrix;
}

/**
 * Computes EASE of X (customers × items, weights finite) from scratch. Time: n³ / 2 multiply-adds for n items, in f64.
 * @throws Error if X contains a value that is not a number
 */
export function rebuildEase(histories: CompressedRows, lambda: number, kernels: Kernels): Ease {
  const matrix = new SymmetricMatrix(histories.columns, kernels);
  fillGram(matrix, histories);
  for (let i = 0; i < histories.columns; i++) matrix.set(i, i, matrix.get(i, i) + lambda);
  if (!matrix.invert())
    throw new Error('XᵀX + λI is not positive definite: check that every weight is a number and λ is above 0');
  return { lambda, inverse: matrix };
}

/** Fills the matrix with XᵀX row by row, because a row of sums fits in the cache and the matrix does not. */
function fillGram(matrix: SymmetricMatrix, histories: CompressedRows): void {
  const { starts, members, weights } = histories;
  const customersByItem = transpose(histories);
  const row = new Float64Array(histories.columns);
  // By customer: the end of the part of the history with items up to i. It moves by one item per visit, because a
  // history's items are visited in ascending order.
  const historyEnds = starts.slice(0, histories.rows);
  for (let i = 0; i < histories.columns; i++) {
    for (let at = customersByItem.starts[i]; at < customersByItem.starts[i + 1]; at++) {
      const customer = customersByItem.members[at];
      const end = ++historyEnds[customer];
      if (weights === undefined) for (let k = starts[customer]; k < end; k++) row[members[k]]++;
      else for (let k = starts[customer]; k < end; k++) row[members[k]] += weights[end - 1] * weights[k];
    }
    for (let j = 0; j <= i; j++) if (row[j] !== 0) matrix.set(i, j, row[j]);
    row.fill(0, 0, i + 1);
  }
}

/**
 * Scores all items for one history x, as xᵀB. From P this is −(Px)_j / P_jj, plus x_j for an item of the history,
 * because B_jj = 0. The history need not be one that P was fitted on, so a customer's latest actions count immediately.
 * @returns one score per item
 */
export function easeScores({ inverse }: Ease, history: SparseVector): Float64Array {
  const [scores] = inverse.timesSparse([history]);
  for (let j = 0; j < inverse.size; j++) scores[j] /= -inverse.get(j, j);
  for (let at = 0; at < history.members.length; at++) scores[history.members[at]] += history.weights?.[at] ?? 1;
  return scores.subarray(0, inverse.size);
}

/** Number of rows of B that are read together. */
export const ROWS_PER_BLOCK = TILE_SIDE;

/**
 * Returns up to {@link ROWS_PER_BLOCK} rows of B, starting at row `first`. Row i says how strongly item i of a history
 * supports each item. The time per row is proportional to n. Reading all rows of B reads P once.
 * @param first a multiple of {@link ROWS_PER_BLOCK}
 * @returns rows of length n, the number of items
 */
export function easeRows({ inverse }: Ease, first: number): Float64Array[] {
  const { size, padded } = inverse;
  const block = new Float64Array(ROWS_PER_BLOCK * padded);
  inverse.readRows(first / ROWS_PER_BLOCK, block);
  const factors = Float64Array.from({ length: size }, (_, j) => -1 / inverse.get(j, j));
  return Array.from({ length: Math.min(ROWS_PER_BLOCK, size - first) }, (_, at) => {
    const row = block.subarray(at * padded, at * padded + size);
    for (let j = 0; j < size; j++) row[j] *= factors[j];
    row[first + at] = 0;
    return row;
  });
}
