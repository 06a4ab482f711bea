import type { GroupOrder } from './facet-column';
import type { IndexFacetRequest, RangeCounts } from './facet-request';
import type { GroupRange } from './groups';
import { checkLimit, LIMITS } from './query';
import { SearchRequestError } from './search-request-error';

type RangeRequest = Extract<IndexFacetRequest, { number: string }>;

/**
 * The number of the last range of a histogram. It has no end, as the first one has no beginning: one extreme value must
 * not make the counts of all others impossible.
 */
const LAST_RANGE = Number.MAX_SAFE_INTEGER - 1;

/** Counts the documents in each range of a numeric column, over the segments of an index. */
export class RangeCounter {
  private readonly counts: CountTable;
  private minimum = Infinity;
  private maximum = -Infinity;

  /** @throws SearchRequestError for too many boundaries, or an interval that is not positive */
  constructor(private readonly request: RangeRequest) {
    if ('boundaries' in request) checkLimit('buckets', request.boundaries.length);
    else if (!(request.interval > 0))
      throw new SearchRequestError('NOTHING_ASKED', `interval must be greater than 0; got ${request.interval}`);
    this.counts = new CountTable('boundaries' in request ? Math.max(1, request.boundaries.length) : undefined);
  }

  /** @throws SearchRequestError for a histogram with too many ranges */
  add(column: Float64Array, docs: Uint32Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const range = this.rangeAt(column[docs[i]]);
      if (!Number.isNaN(range)) this.counts.add(range);
    }
  }

  /**
   * Counts each group once in every range that has one of its documents.
   * @throws SearchRequestError for a histogram with too many ranges
   */
  addGrouped({ docs, groups }: GroupOrder, groupRanges: readonly GroupRange[], column: number): void {
    this.counts.beginGroups();
    // `numbers` is read once per segment, because a live segment builds it on every access, and a segment can have many
    // group ranges.
    const columns = new Map(
      [...new Set(groupRanges.map(({ view }) => view))].map((view) => [view, view.numbers[column]]),
    );
    for (const { view, from, to } of groupRanges) {
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
        ? counts.keys().map((range) => this.rangeCount(range * request.interval, (range + 1) * request.interval, range))
        : request.boundaries.slice(1).map((to, range) => this.rangeCount(request.boundaries[range], to, range));
    const extent = minimum <= maximum ? { minimum, maximum } : {};
    return { number: request.number, ranges, ...extent };
  }

  /** Returns the number of the range that contains a value; NaN if no range does. */
  private rangeAt(value: number): number {
    const { request } = this;
    if (Number.isNaN(value)) return NaN;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    if ('boundaries' in request) return rangeIndex(request.boundaries, value);
    return Math.min(LAST_RANGE, Math.max(-LAST_RANGE, Math.floor(value / request.interval)));
  }

  private rangeCount(from: number, to: number, range: number) {
    const [start, end] = [range === -LAST_RANGE ? -Infinity : from, range === LAST_RANGE ? Infinity : to];
    return { from: clampFinite(start), to: clampFinite(end), count: this.counts.get(range) };
  }
}

/** Clamps a value to finite numbers, because a multiple of an interval can overflow. */
function clampFinite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}

/** A hash table of counts by range number. A Map takes ten times as long, measured with 400,000 documents. */
class CountTable {
  private readonly bits: number;
  private readonly numbers: Float64Array;
  private readonly counts: Uint32Array;
  private readonly lastGroups: Int32Array;
  private readonly distinctNumbers: number[] = [];

  /** @param size maximum number of distinct numbers */
  constructor(size: number = LIMITS.buckets) {
    this.bits = 33 - Math.clz32(size);
    const entries = 1 << this.bits;
    this.numbers = new Float64Array(entries).fill(NaN);
    this.counts = new Uint32Array(entries);
    this.lastGroups = new Int32Array(entries);
  }

  add(number: number): void {
    this.counts[this.slotOf(number)]++;
  }

  /** Prepares for {@link addOnce}, which counts successive calls with the same number and group only once. */
  beginGroups(): void {
    this.lastGroups.fill(-1);
  }

  addOnce(number: number, group: number): void {
    const place = this.slotOf(number);
    if (this.lastGroups[place] === group) return;
    this.lastGroups[place] = group;
    this.counts[place]++;
  }

  get(number: number): number {
    return this.counts[this.slotOf(number)];
  }

  /** Returns the counted numbers, ascending. */
  keys(): number[] {
    return this.distinctNumbers.sort((a, b) => a - b);
  }

  /**
   * Finds a number in the table by linear probing, or adds it, and returns its index. A free entry always exists,
   * because at most half as many numbers are counted as the table has entries.
   */
  private slotOf(number: number): number {
    const { numbers } = this;
    let place = Math.imul(number, 0x9e3779b1) >>> (32 - this.bits);
    while (numbers[place] !== number) {
      if (Number.isNaN(numbers[place])) {
        checkLimit('buckets', this.distinctNumbers.push(number));
        numbers[place] = number;
        break;
      }
      place = (place + 1) & (numbers.length - 1);
    }
    return place;
  }
}

/** Returns the index of the last boundary that is not above the value; NaN if the value is outside all ranges. */
function rangeIndex(boundaries: readonly number[], value: number): number {
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
