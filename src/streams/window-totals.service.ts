import { ApiError } from '../graphql/errors';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { extentOf } from './assemble-windows';
import { partsOf } from './keys';
import { unfolded } from './keyed-windows.service';
import { MonthCache } from './month-cache.service';
import { calendarMonths, hasMonths, listMonths, mergeInto } from './month-store.service';
import type { KeyedWindow, Partials } from './partials';
import { notReady, ShownStreams, type ShownStream } from './shown-stream.service';
import { readStored } from './window-store.service';
import { valuesOf } from './window-values.service';
import type { WindowValue } from './window.type';
import type { Pane } from './window/panes';

/** Windows of one month that one question may read, where they are not merged yet. */
const MAX_WINDOWS = 200_000;

/** The windows of one key that begin in a stretch of time, merged into one. */
export interface KeyTotal {
  readonly key: string;
  readonly keys: readonly string[];
  readonly values: readonly WindowValue[];
}

/** Sums over long stretches of time of streams by day: of months that a worker has merged, and of what is not in them. */
export class WindowTotals {
  private readonly streams = new ShownStreams();
  private readonly months = new MonthCache();

  constructor(private readonly pool: Pool) {}

  /**
   * One total for each key that has windows that begin in `[from, to)`; exact, as of one snapshot.
   * @param stream one by day, as `product-sales-by-day`
   * @throws ApiError NOT_FOUND, NOT_READY, BAD_USER_INPUT, TOO_COMPLEX
   */
  totals(stream: string, from: number, to: number): Promise<KeyTotal[]> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.streams.find(client, stream);
      if (shown === null) throw await notReady(client, stream);
      const merged = await this.merged(client, shown, from, to);
      const { keys, aggregates } = shown.compiled.spec;
      return merged
        .all()
        .map(({ key, cells }) => ({ key, keys: partsOf(key, keys.length), values: valuesOf(cells, aggregates) }));
    });
  }

  private async merged(client: PoolClient, shown: ShownStream, from: number, to: number): Promise<Partials> {
    const { spec, window } = shown.compiled;
    const { panes, slides } = window;
    if (panes === null || slides > 1 || spec.over !== undefined)
      throw new ApiError('BAD_USER_INPUT', `the stream ${JSON.stringify(shown.stream)} has no windows to add up`);
    const merged = shown.compiled.empty();
    const extent = extentOf({ panes, slides: 1 }, Math.max(from, shown.keptFrom), to);
    if (extent === null) return merged;
    const { part } = await unfolded(client, shown);
    const stored = hasMonths(shown) ? await listMonths(client, shown, extent) : [];
    if (stored.length > 0) {
      const ofMonths = (await this.months.sumOf(client, shown, stored)).all();
      mergeInto(
        merged,
        ofMonths.map((window) => ({ ...window, cells: window.cells.copy() })),
        extent,
      );
    }
    const isStored = new Set(stored.map(({ start }) => start));
    const months = calendarMonths(shown);
    for (let { start } = extent; start < extent.end;) {
      const end = Math.min(extent.end, months.at(start).end);
      if (!isStored.has(start)) mergeInto(merged, await readDays(client, shown, { start, end }), extent);
      start = end;
    }
    const fresh = part.all().filter(({ start }) => start >= extent.start && start < extent.end);
    mergeInto(merged, fresh, extent);
    return merged;
  }
}

async function readDays(client: PoolClient, shown: ShownStream, { start, end }: Pane): Promise<KeyedWindow[]> {
  const windows = await readStored(client, shown, { from: start, to: end, keys: null }, MAX_WINDOWS);
  if (windows.length <= MAX_WINDOWS) return windows;
  throw new ApiError('TOO_COMPLEX', `A month has more than ${MAX_WINDOWS} windows: ask for less time`);
}
