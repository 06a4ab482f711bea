import { easeRow, type Ease } from './ease';
import type { SparseVector } from './compressed-rows';
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

/**
 * The rows of B that others know, and which of them have moved: read models score from these, without P.
 */
export class PublishedNeighbours {
  private readonly rows: EaseNeighbours[] = [];

  constructor(private readonly count = 100) {}

  row(item: number): EaseNeighbours | undefined {
    return this.rows[item];
  }

  /** Takes a row over, as a read model does with a delta. */
  replace(row: EaseNeighbours): void {
    this.rows[row.item] = row;
  }

  /**
   * The present values of those rows in which an entry has moved by more than ε since the row was published (a new
   * neighbour has moved from 0), which are published by this. With ε = 0: of all that have moved at all.
   * @param from, to which items to look at, so that the work (n a row) can be spread
   */
  moved(ease: Ease, epsilon: number, from = 0, to = ease.inverse.size): EaseNeighbours[] {
    const moved: EaseNeighbours[] = [];
    for (let item = from; item < to; item++) {
      const now = easeNeighbours(ease, item, this.count);
      const before = this.rows[item];
      if (before !== undefined && distance(before, now) <= epsilon) continue;
      this.rows[item] = now;
      moved.push(now);
    }
    return moved;
  }

  /** out[candidate] += Σ over the history of what its items say: EASE, but for what fell beyond the largest entries. */
  addScores({ members, weights }: SparseVector, out: Float64Array): void {
    for (let at = 0; at < members.length; at++) {
      const row = this.rows[members[at]];
      if (row === undefined) continue;
      const weight = weights?.[at] ?? 1;
      for (let k = 0; k < row.candidates.length; k++) out[row.candidates[k]] += weight * row.weights[k];
    }
  }
}

/** The largest difference of two rows, entry by entry; what is absent is 0. */
function distance(a: EaseNeighbours, b: EaseNeighbours): number {
  let largest = 0;
  let i = 0;
  let j = 0;
  while (i < a.candidates.length || j < b.candidates.length) {
    const left = i < a.candidates.length ? a.candidates[i] : Infinity;
    const right = j < b.candidates.length ? b.candidates[j] : Infinity;
    const before = left <= right ? a.weights[i++] : 0;
    const now = right <= left ? b.weights[j++] : 0;
    largest = Math.max(largest, Math.abs(now - before));
  }
  return largest;
}
