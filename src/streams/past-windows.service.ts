import type { Pool } from '../platform/postgres';
import { panesBefore, pastComplete } from './complete-windows';
import { LOOK_BACK, type LatestWindows } from './latest-windows.service';
import { readGrids, SETTLE_MS, settledUntil } from './stream-grids.service';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';

/** Windows times keys that are looked at. */
const MOST_KEYED = 50_000;
const LEAST_WINDOWS = 24;
const MOST_WINDOWS = 720;

/** What {@link LatestWindowsService} would have found, from a time on. */
export interface PastLook extends LatestWindows {
  readonly at: number;
}

/** Windows of streams as they were the newest, one after another. */
export class PastWindowsService {
  constructor(
    private readonly pool: Pool,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /**
   * The COMPLETE windows of the last `ms`, or the last 24 where these are longer; up to 720, of many keys fewer. They are
   * as they are now, with what came late. What was before the stream counted is left out.
   * @param keys only these; null: all
   * @returns in order of time; null as for the latest
   * @throws ApiError TOO_COMPLEX
   */
  async past(stream: string, keys: readonly string[] | null, ms: number): Promise<PastLook[] | null> {
    const found = await readGrids(this.pool, stream);
    if (found === null) return null;
    const { spec, grids, state, reason, knownFrom } = found;
    const [{ panes, slides }] = grids;
    const settled = await settledUntil(this.pool);
    const ofEach = Math.floor(MOST_KEYED / Math.max(1, keys?.length ?? found.keys ?? 1));
    const bounds = { from: settled - ms, least: LEAST_WINDOWS, most: clamp(ofEach, LEAST_WINDOWS, MOST_WINDOWS) };
    const past = pastComplete([...grids].reverse(), settled, bounds)
      .map(({ end, since }) => ({ end, start: panesBefore(panes, end, slides), at: since + SETTLE_MS }))
      .filter(({ start }) => start >= knownFrom);
    if (past.length === 0) return [];
    const from = keys === null && spec.keys.length > 0 ? panesBefore(panes, past[0].start, LOOK_BACK) : past[0].start;
    const to = past[past.length - 1].start + 1;
    const byStart = new Map<number, Window[]>();
    for (const window of await this.windows.windows({ stream, from, to, keys, size: null, slide: null })) {
      const ofStart = byStart.get(window.start.getTime());
      if (ofStart) ofStart.push(window);
      else byStart.set(window.start.getTime(), [window]);
    }
    return past.map(({ at, start, end }) => ({
      ...{ at, state, reason, start: new Date(start), end: new Date(end) },
      isKeyed: spec.keys.length > 0,
      aggregates: spec.aggregates,
      windows: byStart.get(start) ?? [],
      // Only when it is looked at: all of them at once would hold up others.
      get keys() {
        return keysSince(panesBefore(panes, start, LOOK_BACK), start);
      },
    }));

    function keysSince(first: number, last: number): string[] {
      const known = new Set<string>();
      for (let start = first; start <= last; start = panes.at(start).end)
        for (const { key } of byStart.get(start) ?? []) known.add(key);
      return [...known];
    }
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
