import { ApiError } from '../graphql/errors';
import { groupBy } from '../learn/group-by';
import type { Pool } from '../platform/postgres';
import { recentCompleteWindows } from './complete-windows';
import { KEY_LOOKBACK_WINDOWS, type LatestWindows } from './latest-windows.service';
import { readGrids, SETTLE_MS, settledUntil } from './stream-grids.store';
import type { Panes } from './window/panes';
import type { Window } from './window.type';
import type { WindowsQuery, WindowsService } from './windows.service';

/** Maximum number of windows × keys that one call reads, unless {@link MIN_WINDOWS} windows have more. */
const MAX_KEYED_WINDOWS = 50_000;
const MIN_WINDOWS = 24;
const MAX_WINDOWS = 720;

/** What {@link LatestWindowsService} would have returned from the instant `at` on, but with the current values. */
export interface HistoricalWindows extends LatestWindows {
  readonly at: number;
}

/** Reads the windows that were the newest complete windows of a stream at past instants. */
export class PastWindowsService {
  constructor(
    private readonly pool: Pool,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /**
   * Returns the windows that became the newest complete one in the last `ms` milliseconds, at least 24 and at most 720.
   * The maximum is lower if there are many keys, or if the windows exceed the limits of one query. The windows have
   * their current values, including events that were counted after `at`. Excludes windows from before the stream began
   * to count, and from before 1970.
   * @param keys null for all keys
   * @returns in order of time; null in the same cases as `LatestWindowsService.latest`
   * @throws ApiError TOO_COMPLEX if even the newest window alone is too complex to read
   */
  async past(stream: string, keys: readonly string[] | null, ms: number): Promise<HistoricalWindows[] | null> {
    const streamGrids = await readGrids(this.pool, stream);
    if (streamGrids === null) return null;
    const { spec, grids, state, reason, knownFrom } = streamGrids;
    // The grids are in order from the requested stream down to the stream that counts events.
    const [{ panes, slidesPerWindow }] = grids;
    const settled = await settledUntil(this.pool);
    // A stream over another stream reads all keys of that stream, even if only some keys are requested.
    const keyCount = spec.over === undefined ? (keys?.length ?? streamGrids.keys) : streamGrids.keys;
    const maxWindowsByKeys = Math.floor(MAX_KEYED_WINDOWS / Math.max(1, keyCount ?? 1));
    const bounds = { from: settled - ms, least: MIN_WINDOWS, most: clamp(maxWindowsByKeys, MIN_WINDOWS, MAX_WINDOWS) };
    const completeWindows = recentCompleteWindows([...grids].reverse(), settled, bounds)
      .map(({ end, completeSince }) => ({
        end,
        start: panes.shiftStart(end, -slidesPerWindow),
        at: completeSince + SETTLE_MS,
      }))
      .filter(({ start }) => start >= knownFrom);
    if (completeWindows.length === 0) return [];
    const lookBack = keys === null && spec.keys.length > 0 ? KEY_LOOKBACK_WINDOWS : 0;
    const { past, windows } = await this.readNewest(
      { stream, keys, size: null, slide: null },
      panes,
      completeWindows,
      lookBack,
    );
    const byStart = groupBy(windows, ({ start }) => start.getTime());
    return past.map(({ at, start, end }) => ({
      ...{ at, state, reason, start: new Date(start), end: new Date(end) },
      isKeyed: spec.keys.length > 0,
      aggregates: spec.aggregates,
      windows: byStart.get(start) ?? [],
      // The keys are computed on access, because computing those of all windows at once would block the event loop.
      get keys() {
        return keysSince(panes.shiftStart(start, -KEY_LOOKBACK_WINDOWS), start);
      },
    }));

    function keysSince(first: number, last: number): string[] {
      const keySet = new Set<string>();
      for (let start = first; start <= last; start = panes.paneAt(start).end)
        for (const { key } of byStart.get(start) ?? []) keySet.add(key);
      return [...keySet];
    }
  }

  /**
   * Reads windows. If they are too many for one query, it retries with the newest half. The newest 24 windows are read
   * with several queries if necessary.
   */
  private async readNewest<T extends { readonly start: number }>(
    question: Question,
    panes: Panes,
    requested: readonly T[],
    lookBack: number,
  ): Promise<{ readonly past: readonly T[]; readonly windows: readonly Window[] }> {
    const { start: first } = requested[0]!;
    const before = Array.from({ length: lookBack }, (_, at) => panes.shiftStart(first, at - lookBack));
    const starts = [...before, ...requested.map(({ start }) => start)];
    const isFewest = requested.length <= MIN_WINDOWS;
    try {
      const to = starts.at(-1)! + 1;
      return {
        past: requested,
        windows: await this.readWindows(question, starts, to, isFewest ? lookBack + 1 : Infinity),
      };
    } catch (error) {
      if (isFewest || !isTooComplex(error)) throw error;
      const half = Math.max(MIN_WINDOWS, Math.ceil(requested.length / 2));
      return this.readNewest(question, panes, requested.slice(-half), lookBack);
    }
  }

  /**
   * Reads the windows from the first of `starts` to `to`. Splits the query in two if one query is too complex.
   * @param unsplitSize a query of up to this many windows is not split. It is the number of windows that are needed to
   *   show one window: the window and its look-back windows. Infinity: never split
   */
  private async readWindows(
    question: Question,
    starts: readonly number[],
    to: number,
    unsplitSize: number,
  ): Promise<Window[]> {
    try {
      return await this.windows.windows({ ...question, from: starts[0]!, to });
    } catch (error) {
      if (starts.length <= unsplitSize || !isTooComplex(error)) throw error;
      const half = Math.ceil(starts.length / 2);
      const older = await this.readWindows(question, starts.slice(0, half), starts[half]!, unsplitSize);
      return [...older, ...(await this.readWindows(question, starts.slice(half), to, unsplitSize))];
    }
  }
}

type Question = Omit<WindowsQuery, 'from' | 'to'>;

function isTooComplex(error: unknown): boolean {
  return error instanceof ApiError && error.extensions.code === 'TOO_COMPLEX';
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
