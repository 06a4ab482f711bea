import { easeRow, type Ease } from './ease';
import { kthLargest } from './select';

/** The largest entries of one row of B: what a history item says of whom, ascending by candidate. */
export interface EaseNeighbours {
  readonly item: number;
  readonly candidates: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Row i of B, its `count` entries that are farthest from 0; of equals, those of the first items. What speaks against a
 * candidate is kept as well: as many of the largest alone would lose up to twice as much. Time: n.
 */
export function easeNeighbours(ease: Ease, item: number, count = 100): EaseNeighbours {
  const row = easeRow(ease, item);
  const sizes = row.map(Math.abs);
  const threshold = kthLargest(sizes.slice(), sizes.length, Math.min(count, sizes.length));
  let equals = count - sizes.reduce((larger, size) => larger + Number(size > threshold), 0);
  const candidates = Int32Array.from(row.keys()).filter(
    (candidate) => sizes[candidate] > threshold || (sizes[candidate] === threshold && threshold > 0 && equals-- > 0),
  );
  return { item, candidates, weights: Float64Array.from(candidates, (candidate) => row[candidate]) };
}
