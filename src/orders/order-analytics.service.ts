import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { runInTurns } from '../platform/run-in-turns';
import type { StreamService } from '../streams/stream.service';
import type { KeyTotal, WindowTotals } from '../streams/window-totals.service';
import { compareAmounts } from './exact-amount';
import type { BestSeller, BestSellersInput, CreateOrderStreamsPayload } from './order-analytics.type';
import { orderStreams, PRODUCT_SALES_STREAM } from './order-streams';

const MAX_RANGE_MS = 366 * 86_400_000;
/** How long (ms) a question may hold up the event loop. */
const TURN_MS = 5;
/** Each is compared with each event's. */
const MAX_PLACEMENTS = 100;

/** What a shop asks of its orders: ready-made streams, and what is put together of them. */
export class OrderAnalytics {
  constructor(
    private readonly streams: Pick<StreamService, 'create' | 'streams'>,
    private readonly windows: Pick<WindowTotals, 'totals'>,
  ) {}

  /**
   * Those that are missing are made; asked again, it changes nothing.
   * @throws ApiError BAD_USER_INPUT for too many placements
   */
  async createStreams(timeZone: string, placements: readonly string[] = []): Promise<CreateOrderStreamsPayload> {
    if (placements.length > MAX_PLACEMENTS)
      throw new ApiError('BAD_USER_INPUT', `these are more than ${MAX_PLACEMENTS} placements`);
    const known = new Set((await this.streams.streams()).map(({ id }) => id));
    const created: string[] = [];
    const existing: string[] = [];
    const errors: ItemError[] = [];
    for (const [index, stream] of orderStreams(timeZone, placements).entries()) {
      if (known.has(stream.id)) {
        existing.push(stream.id);
        continue;
      }
      const { errors: faults } = await this.streams.create(stream);
      // Somebody else has asked for the same meanwhile.
      if (faults.some(({ code }) => code === 'CONFLICT')) existing.push(stream.id);
      else if (faults.length > 0) errors.push(...faults.map((fault) => ({ ...fault, index })));
      else created.push(stream.id);
    }
    return { created, existing, errors };
  }

  /** By product and currency, the most of what is asked for first; exact. */
  async bestSellers({ from, to, by, currency }: BestSellersInput, most: number): Promise<BestSeller[]> {
    if (!(from < to)) throw new ApiError('BAD_USER_INPUT', 'from has to be before to');
    if (to.getTime() - from.getTime() > MAX_RANGE_MS)
      throw new ApiError('BAD_USER_INPUT', 'these are more than 366 days');
    const figures = ['units', 'revenue'];
    const totals = await this.windows.totals(PRODUCT_SALES_STREAM, from.getTime(), to.getTime(), figures);
    const byUnits = (a: BestSeller, b: BestSeller) => b.units - a.units;
    const byRevenue = (a: BestSeller, b: BestSeller) => compareAmounts(b.revenue, a.revenue);
    const byName = (a: BestSeller, b: BestSeller) => (a.productId < b.productId ? -1 : 1);
    const order = by === 'REVENUE' ? [byRevenue, byUnits, byName] : [byUnits, byRevenue, byName];
    const compare = (a: BestSeller, b: BestSeller) => order.reduce((sign, each) => sign || each(a, b), 0);
    return runInTurns(firstOf(sellersOf(totals, currency ?? null), most, compare), TURN_MS);
  }
}

function* sellersOf(totals: readonly KeyTotal[], currency: string | null): Generator<BestSeller> {
  for (const total of totals) {
    if (total.isOther || (currency !== null && total.keys[1] !== currency)) continue;
    yield sellerOf(total);
  }
}

/** The first of all in an order, one a step: most of them are compared with the last of those only. */
function* firstOf<T>(
  items: Iterable<T>,
  most: number,
  compare: (a: T, b: T) => number,
): Generator<undefined, T[], undefined> {
  const first: T[] = [];
  for (const item of items) {
    yield;
    if (first.length >= most && (most === 0 || compare(item, first[most - 1]) >= 0)) continue;
    let [low, high] = [0, first.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(first[middle], item) <= 0) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, item);
    if (first.length > most) first.pop();
  }
  return first;
}

function sellerOf({ keys: [productId, currency], values }: KeyTotal): BestSeller {
  const figure = (name: string) => values.find((value) => value.name === name)?.decimal ?? '0';
  return { productId, currency, units: Number(figure('units')), revenue: figure('revenue') };
}
