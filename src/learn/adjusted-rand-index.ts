import { FitError } from './fit-error';

/**
 * Agreement of two clusterings of the same rows, corrected for chance (Hubert & Arabie, Journal of Classification 2,
 * 1985): 1 if they are equal up to the numbers of the clusters, about 0 if they are independent. The result is 1 if
 * both have one cluster, or both have one per row, as in scikit-learn.
 * @param a for each row, the number of its cluster in the first clustering; any integers
 * @param b the same for the second clustering
 * @throws FitError WRONG_SHAPE if the clusterings have different numbers of rows
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new FitError('WRONG_SHAPE', `clusterings of ${a.length} and of ${b.length} rows`);
  const [numberedA, numberedB] = [numbered(a), numbered(b)];
  const cells = numberedA.map((cluster, row) => cluster * a.length + numberedB[row]);
  const [togetherA, togetherB, together] = [numberedA, numberedB, cells].map(pairsWithin) as [number, number, number];
  const all = (a.length * (a.length - 1)) / 2;
  const expected = all === 0 ? 0 : (togetherA * togetherB) / all;
  const maximum = (togetherA + togetherB) / 2;
  return maximum === expected ? 1 : (together - expected) / (maximum - expected);
}

/** Numbers the clusters from 0 by first occurrence. */
function numbered(clusters: ArrayLike<number>): Float64Array {
  const numbers = new Map<number, number>();
  return Float64Array.from(clusters, (cluster) => {
    const number = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, number);
    return number;
  });
}

/** Number of pairs of rows with the same label. */
function pairsWithin(labels: Float64Array): number {
  const sizes = new Map<number, number>();
  labels.forEach((label) => sizes.set(label, (sizes.get(label) ?? 0) + 1));
  let pairs = 0;
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2;
  return pairs;
}
