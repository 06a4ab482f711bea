import { FitError } from './fit-error';

/** The table of partial results has 2^columns entries. */
const MAX_COLUMNS = 16;

/**
 * Matches each row with at most one column and each column with at most one row, so that the sum of the matched
 * overlaps is greatest. Exact, by dynamic programming over sets of columns (Bellman, Journal of the ACM 9(1), 1962).
 * Pairs without overlap are not matched. Of equally good matchings, the result is always the same one.
 *
 * Cost: rows × columns × 2^columns.
 * @param overlaps rows × columns, ≥ 0
 * @param columns at most 16
 * @returns the column of each row; −1 for a row without one
 * @throws FitError WRONG_SHAPE
 */
export function maximumOverlapMatching(overlaps: Float64Array, columns: number): Int32Array {
  const rows = columns === 0 ? 0 : overlaps.length / columns;
  if (!Number.isInteger(rows) || columns > MAX_COLUMNS)
    throw new FitError('WRONG_SHAPE', `${overlaps.length} overlaps in ${columns} columns; at most ${MAX_COLUMNS}`);
  const sets = 1 << columns;
  /** By row and set: the greatest sum of the rows from this one on, with the columns of the set taken. */
  const best = new Float64Array((rows + 1) * sets);
  const choices = new Int8Array(rows * sets).fill(-1);
  for (let row = rows - 1; row >= 0; row--) {
    for (let set = 0; set < sets; set++) {
      const at = row * sets + set;
      best[at] = best[at + sets];
      for (let column = 0; column < columns; column++) {
        const overlap = overlaps[row * columns + column];
        if (overlap <= 0 || set & (1 << column)) continue;
        const sum = overlap + best[(row + 1) * sets + (set | (1 << column))];
        if (sum <= best[at]) continue;
        best[at] = sum;
        choices[at] = column;
      }
    }
  }
  let set = 0;
  return Int32Array.from({ length: rows }, (_, row) => {
    const column = choices[row * sets + set];
    if (column >= 0) set |= 1 << column;
    return column;
  });
}
