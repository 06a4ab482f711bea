import { FitError } from './fit-error';

/**
 * Counts the rows by their pair of clusters in two clusterings of the same rows.
 * @param a the cluster of each row, from 0 to clustersA − 1
 * @param b the cluster of each row, from 0 to clustersB − 1
 * @param weights of the rows; default 1 each
 * @returns clustersA × clustersB sums of weights
 * @throws FitError WRONG_SHAPE if the clusterings have different numbers of rows
 */
export function contingencyTable(
  a: ArrayLike<number>,
  clustersA: number,
  b: ArrayLike<number>,
  clustersB: number,
  weights?: ArrayLike<number>,
): Float64Array {
  if (a.length !== b.length) throw new FitError('WRONG_SHAPE', `clusterings of ${a.length} and of ${b.length} rows`);
  const counts = new Float64Array(clustersA * clustersB);
  for (let r = 0; r < a.length; r++) counts[a[r] * clustersB + b[r]] += weights === undefined ? 1 : weights[r];
  return counts;
}

/**
 * Jaccard coefficients |A ∩ B| / |A ∪ B| of each pair of clusters.
 * @param counts rows × columns, of {@link contingencyTable}
 * @returns rows × columns; 0 for two empty clusters
 */
export function jaccardTable(counts: Float64Array, columns: number): Float64Array {
  const rows = counts.length / columns;
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  counts.forEach((count, at) => {
    rowSums[Math.floor(at / columns)] += count;
    columnSums[at % columns] += count;
  });
  return counts.map((count, at) => {
    const union = rowSums[Math.floor(at / columns)] + columnSums[at % columns] - count;
    return union > 0 ? count / union : 0;
  });
}
