import { ApiError } from '../graphql/errors';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { runYielding } from '../platform/run-yielding';
import { extentOf } from './assemble-windows';
import { mergeStoredWindows } from './merge-stored-windows.store';
import { decodeKey } from './key-encoding';
import { moveToOtherKey, OTHER_KEY } from './key-limit';
import { readLimits } from './key-limit.store';
import { loadUnmerged } from './load-windows.store';
import { MonthCache } from './monthly-rollup/month-cache.service';
import { listMonths } from './monthly-rollup/month.store';
import { supportsMonthlyRollup } from './monthly-rollup/months';
import type { PartialAggregates } from './partial-aggregates';
import { notReadyError, ShownStreams } from './shown-stream.service';
import { type ShownStream } from './live-stream';
import { valuesOf } from './window-values';
import type { WindowValue } from './window.type';
import type { Pane } from './window/panes';

/** Maximum number of windows outside merged months that one query reads. Each takes about 1 µs of the event loop. */
const MAX_WINDOWS = 2_000_000;
/** Time (ms) for which a query may block the event loop before it yields. */
const TIME_SLICE_MS = 5;

/** The windows of one key that begin in a time range, merged into one. */
export interface KeyTotal {
  readonly key: string;
  readonly keys: readonly string[];
  /** Whether it is the total of the other key, which counts all keys beyond `maxKeys`. */
  readonly isOther: boolean;
  readonly values: readonly WindowValue[];
}

/**
 * Reads totals of daily streams over long time ranges: from the months that a worker has merged, and from single days
 * for the rest of the range.
 */
export class WindowTotals {
  private readonly streams = new ShownStreams();
  private readonly months = new MonthCache();

  constructor(
    private readonly pool: Pool,
    private readonly maxWindows = MAX_WINDOWS,
  ) {}

  /**
   * Returns one total for each key with windows in `[from, to)`, with the whole window that contains `from`. Totals are
   * exact, from one snapshot.
   * @param stream a stream with daily windows, like `product-sales-by-day`
   * @param names of the requested aggregates
   * @throws ApiError NOT_FOUND, NOT_READY, BAD_USER_INPUT, TOO_COMPLEX
   */
  totals(stream: string, from: number, to: number, names: readonly string[]): Promise<KeyTotal[]> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.streams.find(client, stream);
      if (shown === null) throw await notReadyError(client, stream);
      const merged = await this.merged(client, shown, from, to);
      const { keys, aggregates } = shown.compiled.spec;
      const totals: KeyTotal[] = [];
      await forEachInSlices(merged.all(), ({ key, state }) => {
        const values = valuesOf(state, aggregates, names);
        totals.push({ key, keys: decodeKey(key, keys.length), isOther: key === OTHER_KEY, values });
      });
      return totals;
    });
  }

  private async merged(client: PoolClient, shown: ShownStream, from: number, to: number): Promise<PartialAggregates> {
    const { spec, window } = shown.compiled;
    const { panes, slides } = window;
    if (panes === null || slides > 1 || spec.over !== undefined)
      throw new ApiError(
        'BAD_USER_INPUT',
        `stream ${JSON.stringify(shown.stream)} must have TUMBLING windows and count events to have totals`,
      );
    const merged = shown.compiled.empty();
    const extent = extentOf({ panes, slidesPerWindow: 1 }, Math.max(panes.paneAt(from).start, shown.keptFrom), to);
    if (extent === null) return merged;
    const { part, evicted, limits: freshLimits } = await loadUnmerged(client, shown);
    const isWithin = (start: number, { start: first, end }: Pane) => start >= first && start < end;
    for (const window of part.all()) if (isWithin(window.start, extent)) merged.mergeWindow({ ...window, ...extent });
    const stored = supportsMonthlyRollup(shown)
      ? (await listMonths(client, shown, extent)).filter(
          (month) => !evicted.some(({ start }) => isWithin(start, month)),
        )
      : [];
    let readBefore = 0;
    for (const range of rangesBetween(extent, stored))
      readBefore += await mergeStoredWindows(client, shown, range, evicted, {
        target: merged,
        targetRange: extent,
        onRead: (windows) => this.checkWindows(readBefore + windows),
      });
    const limits = [...(await readLimits(client, shown, extent.start, extent.end)), ...freshLimits];
    const limit = limits.reduce(
      (least, [at, each]) => (isWithin(at, extent) ? Math.min(least, each) : least),
      Infinity,
    );
    // Merging modifies the state that was added first for a key. Months are added last, because their states are
    // cached and must not be modified.
    const months = stored.length > 0 ? await this.months.mergedMonths(client, shown, stored) : [];
    const isLimited = limit < Infinity;
    await forEachInSlices(months, ({ key, state, revision }) =>
      merged.mergeWindow({ ...extent, key, revision, state: isLimited ? state.copy() : state }),
    );
    if (!isLimited) return merged;
    return moveToOtherKey(merged.all(), new Map([[extent.start, limit]]), shown.compiled.empty());
  }

  private checkWindows(windows: number): void {
    if (windows <= this.maxWindows) return;
    throw new ApiError(
      'TOO_COMPLEX',
      `The query reads more than ${this.maxWindows} windows that are not merged by month. Use a shorter time range.`,
    );
  }
}

/** Returns the parts of a time range that are outside of the months. The months must be in order. */
function rangesBetween({ start, end }: Pane, months: readonly Pane[]): Pane[] {
  const ranges: Pane[] = [];
  let from = start;
  for (const month of months) {
    if (month.start > from) ranges.push({ start: from, end: month.start });
    from = month.end;
  }
  if (from < end) ranges.push({ start: from, end });
  return ranges;
}

function forEachInSlices<T>(items: readonly T[], take: (item: T) => void): Promise<void> {
  const steps = function* () {
    for (const item of items) {
      take(item);
      yield;
    }
  };
  return runYielding(steps(), TIME_SLICE_MS);
}
