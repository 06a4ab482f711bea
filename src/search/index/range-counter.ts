import type { FacetRequest, RangeCounts } from './facet-request';
import { atMost } from './query';

type RangeRequest = Extract<FacetRequest, { number: string }>;

/** Counts a number's ranges over the segments of an index. */
export class RangeCounter {
  private readonly counts = new Map<number, number>();
  private minimum = Infinity;
  private maximum = -Infinity;

  constructor(private readonly request: RangeRequest) {
    if ('boundaries' in request) atMost('buckets', request.boundaries.length);
  }

  /** @throws SearchRefused for a histogram of too many ranges */
  add(column: Float64Array, docs: Uint32Array, length: number): void {
    const { request, counts } = this;
    for (let i = 0; i < length; i++) {
      const value = column[docs[i]];
      if (Number.isNaN(value)) continue;
      if (value < this.minimum) this.minimum = value;
      if (value > this.maximum) this.maximum = value;
      const range = 'interval' in request ? Math.floor(value / request.interval) : rangeOf(request.boundaries, value);
      const count = counts.get(range) ?? 0;
      if (count === 0) atMost('buckets', counts.size + 1);
      counts.set(range, count + 1);
    }
  }

  finish(): RangeCounts {
    const { request, counts, minimum, maximum } = this;
    const ranges =
      'interval' in request
        ? [...counts.keys()]
            .sort((a, b) => a - b)
            .map((range) => this.range(range * request.interval, (range + 1) * request.interval, range))
        : request.boundaries.slice(1).map((to, range) => this.range(request.boundaries[range], to, range));
    const extent = minimum <= maximum ? { minimum, maximum } : {};
    return { number: request.number, ranges, ...extent };
  }

  private range(from: number, to: number, range: number) {
    return { from, to, count: this.counts.get(range) ?? 0 };
  }
}

/** The last boundary that is not above the value; −1 below the first. */
function rangeOf(boundaries: readonly number[], value: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (boundaries[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
