import { ApiError } from '../graphql/errors';
import { requireCode } from '../graphql/require-code';
import { CURRENCY_FORM, readCurrency } from '../platform/codes';
import { runYielding } from '../platform/run-yielding';
import { createMissingStreams } from '../streams/create-missing-streams.service';
import type { StreamService } from '../streams/stream.service';
import type { KeyTotal, WindowTotals } from '../streams/window-totals.service';
import { compareAmounts } from '../learn/exact-decimal';
import type { BestSeller, BestSellersInput, CreateOrderStreamsPayload } from './order-analytics.type';
import { orderStreams, PRODUCT_SALES_STREAM } from './order-streams';

const MAX_RANGE_MS = 366 * 86_400_000;
/** How long a query may block the event loop before it pauses for other work, in milliseconds. */
const TIME_SLICE_MS = 5;
/** Maximum number of listed placements. The placement of each event is compared with each of them. */
const MAX_PLACEMENTS = 100;

/** Creates the predefined streams of orders, and computes figures from them. */
export class OrderAnalytics {
  constructor(
    private readonly streams: Pick<StreamService, 'create' | 'streams'>,
    private readonly windows: Pick<WindowTotals, 'totals'>,
  ) {}

  /**
   * Creates the missing streams. The call is idempotent.
   * @throws ApiError BAD_USER_INPUT for too many placements
   */
  async createStreams(
    timeZone: string,
    placements: readonly string[] = [],
    bySegment = false,
  ): Promise<CreateOrderStreamsPayload> {
    if (placements.length > MAX_PLACEMENTS)
      throw new ApiError(
        'BAD_USER_INPUT',
        `placements must have at most ${MAX_PLACEMENTS} items; got ${placements.length}.`,
      );
    return createMissingStreams(this.streams, orderStreams(timeZone, placements, bySegment));
  }

  /** Returns exact totals by product and currency, sorted by units or revenue in descending order. */
  async bestSellers({ from, to, by, currency }: BestSellersInput, limit: number): Promise<BestSeller[]> {
    if (!(from < to)) throw new ApiError('BAD_USER_INPUT', 'from must be before to.');
    if (to.getTime() - from.getTime() > MAX_RANGE_MS)
      throw new ApiError('BAD_USER_INPUT', 'from and to must be at most 366 days apart.');
    const code = currency == null ? null : requireCode('currency', currency, readCurrency, CURRENCY_FORM);
    const figures = ['units', 'revenue'];
    const totals = await this.windows.totals(PRODUCT_SALES_STREAM, from.getTime(), to.getTime(), figures);
    const byUnits = (a: BestSeller, b: BestSeller) => b.units - a.units;
    const byRevenue = (a: BestSeller, b: BestSeller) =>
      a.revenue === null || b.revenue === null
        ? Number(a.revenue === null) - Number(b.revenue === null)
        : compareAmounts(b.revenue, a.revenue);
    const byName = (a: BestSeller, b: BestSeller) => (a.productId < b.productId ? -1 : 1);
    const comparators = by === 'REVENUE' ? [byRevenue, byUnits, byName] : [byUnits, byRevenue, byName];
    const compare = (a: BestSeller, b: BestSeller) => comparators.reduce((sign, each) => sign || each(a, b), 0);
    return runYielding(topOf(sellersOf(totals, code), limit, compare), TIME_SLICE_MS);
  }
}

function* sellersOf(totals: readonly KeyTotal[], currency: string | null): Generator<BestSeller> {
  for (const total of totals) {
    if (total.isOther || (currency !== null && total.keys[1] !== currency)) continue;
    yield sellerOf(total);
  }
}

/**
 * Returns the first `limit` items in the order of `compare`. Yields once per item, so that the caller can pause between
 * items. It is fast, because most items are compared only with the last result so far.
 */
function* topOf<T>(
  items: Iterable<T>,
  limit: number,
  compare: (a: T, b: T) => number,
): Generator<undefined, T[], undefined> {
  const first: T[] = [];
  for (const item of items) {
    yield;
    if (first.length >= limit && (limit === 0 || compare(item, first[limit - 1]!) >= 0)) continue;
    let [low, high] = [0, first.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(first[middle]!, item) <= 0) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, item);
    if (first.length > limit) first.pop();
  }
  return first;
}

function sellerOf({ keys, values }: KeyTotal): BestSeller {
  const [productId, currency] = keys as readonly [string, string];
  const figure = (name: string) => values.find((value) => value.name === name)?.decimal ?? null;
  return { productId, currency, units: Number(figure('units')), revenue: figure('revenue') };
}
