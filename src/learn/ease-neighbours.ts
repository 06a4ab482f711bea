import { kthLargest } from './select';

/** The largest entries of one row of B: what a history item says of whom, ascending by candidate. */
export interface EaseNeighbours {
  readonly candidates: Int32Array;
  readonly weights: Float64Array;
}

/**
 * The `count` entries of a row of B that are farthest from 0; of equals, those of the first items. What speaks against a
 * candidate is kept as well: as many of the largest alone would lose up to twice as much. Time: n.
 */
export function easeNeighbours(row: Float64Array, count = 100): EaseNeighbours {
  const sizes = row.map(Math.abs);
  const threshold = kthLargest(sizes.slice(), sizes.length, Math.min(count, sizes.length));
  let larger = 0;
  for (const size of sizes) if (size > threshold) larger++;
  let equals = threshold > 0 ? count - larger : 0;
  const candidates = new Int32Array(Math.min(count, sizes.length));
  let kept = 0;
  for (let candidate = 0; candidate < sizes.length; candidate++)
    if (sizes[candidate] > threshold || (sizes[candidate] === threshold && equals-- > 0))
      candidates[kept++] = candidate;
  const weights = new Float64Array(kept);
  for (let at = 0; at < kept; at++) weights[at] = row[candidates[at]];
  return { candidates: candidates.slice(0, kept), weights };
}
