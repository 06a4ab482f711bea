import { kthLargest } from './select';

/**
 * The entries with the largest absolute values in one row of B (see `Ease`). The row belongs to a history item; the
 * entries are its weights for candidates, ascending by candidate.
 */
export interface EaseNeighbours {
  readonly candidates: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Returns the `count` entries of a row of B with the largest absolute values; of entries with equal absolute values,
 * the first are returned. Negative entries are included: with only the largest positive entries, up to twice as much
 * accuracy would be lost. The time is proportional to the length of the row.
 */
export function easeNeighbours(row: Float64Array, count = 100): EaseNeighbours {
  const sizes = row.map(Math.abs);
  const threshold = kthLargest(sizes.slice(), sizes.length, Math.min(count, sizes.length));
  let larger = 0;
  for (const size of sizes) if (size > threshold) larger++;
  let remainingTies = threshold > 0 ? count - larger : 0;
  const candidates = new Int32Array(Math.min(count, sizes.length));
  let selectedCount = 0;
  for (let candidate = 0; candidate < sizes.length; candidate++)
    if (sizes[candidate] > threshold || (sizes[candidate] === threshold && remainingTies-- > 0))
      candidates[selectedCount++] = candidate;
  const weights = new Float64Array(selectedCount);
  for (let at = 0; at < selectedCount; at++) weights[at] = row[candidates[at]];
  return { candidates: candidates.slice(0, selectedCount), weights };
}
