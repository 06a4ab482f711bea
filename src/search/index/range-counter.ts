import type { GroupOrder } from './facet-column';
import type { FacetRequest, RangeCounts } from './facet-request';
import type { GroupStretch } from './groups';
import { atMost } from './query';
import { SearchRefused } from './search-refused';

type RangeRequest = Extract<FacetRequest, { number: string }>;

/** Counts a number's ranges over the segments of an index. */
export class RangeCounter {
  private readonly counts = new CountTable();
  private minimum = Infinity;
  private maximum = -Infinity;

  /** @throws SearchRefused */
  constructor(private readonly request: RangeRequest) {
    if ('boundaries' in request) atMost('buckets', request.boundaries.length);
    else if (!(request.interval > 0)) throw new SearchRefused('NOTHING_ASKED', 'an interval is above 0');
  }

  /** @throws SearchRefused for a histogram of too many ranges */
  add(column: Float64Array, docs: Uint32Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const range = this.rangeAt(column[docs[i]]);
      if (!Number.isNaN(range)) this.counts.add(range);
    }
  }

  /** A group is in a range where one of its documents is. @throws SearchRefused for a histogram of too many ranges */
  addGrouped({ docs, groups }: GroupOrder, stretches: readonly GroupStretch[], column: number): void {
    this.counts.beginGroups();
    // A live segment puts its columns together when it is asked for them, and stretches may be many.
    const columns = new Map(
      [...new Set(stretches.map(({ view }) => view))].map((view) => [view, view.numbers[column]]),
    );
    for (const { view, from, to } of stretches) {
      const values = columns.get(view) as Float64Array;
      for (let i = from; i < to; i++) {
        const range = this.rangeAt(values[docs[i]]);
        if (!Number.isNaN(range)) this.counts.addOnce(range, groups[i]);
      }
    }
  }

  finish(): RangeCounts {
    const { request, counts, minimum, maximum } = this;
    const ranges =
      'interval' in request
        ? counts.keys().map((range) => this.range(range * request.interval, (range + 1) * request.interval, range))
        : request.boundaries.slice(1).map((to, range) => this.range(request.boundaries[range], to, range));
    const extent = minimum <= maximum ? { minimum, maximum } : {};
    return { number: request.number, ranges, ...extent };
  }

  /** Which range a value is in; NaN where it is in none. */
  private rangeAt(value: number): number {
    const { request } = this;
    if (Number.isNaN(value)) return NaN;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    if ('boundaries' in request) return rangeOf(request.boundaries, value);
    const range = Math.floor(value / request.interval);
    if (Number.isSafeInteger(range)) return range;
    throw new SearchRefused('TOO_MUCH', `an interval of ${request.interval} is too small for a number like ${value}`);
  }

  private range(from: number, to: number, range: number) {
    return { from: finite(from), to: finite(to), count: this.counts.get(range) };
  }
}

/** A multiple of an interval may be beyond the largest number. */
function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}

/** Counts of numbers: a Map would take ten times as long for each of 400,000 documents. */
class CountTable {
  private static readonly BITS = 11;
  private readonly numbers = new Float64Array(1 << CountTable.BITS).fill(NaN);
  private readonly counts = new Uint32Array(1 << CountTable.BITS);
  private readonly lastGroups = new Int32Array(1 << CountTable.BITS);
  private readonly found: number[] = [];

  add(number: number): void {
    this.counts[this.placeOf(number)]++;
  }

  /** From here on what is added with the same group as just before counts once. */
  beginGroups(): void {
    this.lastGroups.fill(-1);
  }

  addOnce(number: number, group: number): void {
    const place = this.placeOf(number);
    if (this.lastGroups[place] === group) return;
    this.lastGroups[place] = group;
    this.counts[place]++;
  }

  get(number: number): number {
    return this.counts[this.placeOf(number)];
  }

  /** Ascending. */
  keys(): number[] {
    return this.found.sort((a, b) => a - b);
  }

  /** There is always room: the limit is half of it. */
  private placeOf(number: number): number {
    const { numbers } = this;
    let place = Math.imul(number, 0x9e3779b1) >>> (32 - CountTable.BITS);
    while (numbers[place] !== number) {
      if (Number.isNaN(numbers[place])) {
        atMost('buckets', this.found.push(number));
        numbers[place] = number;
        break;
      }
      place = (place + 1) & (numbers.length - 1);
    }
    return place;
  }
}

/** The last boundary that is not above the value; NaN outside of all. */
function rangeOf(boundaries: readonly number[], value: number): number {
  const last = boundaries.length - 1;
  if (!(value >= boundaries[0] && value < boundaries[last])) return NaN;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (boundaries[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
