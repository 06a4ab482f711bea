import { ApiError } from '../graphql/errors';
import type { Pool } from '../platform/postgres';
import { pastComplete } from './complete-windows';
import { LOOK_BACK, type LatestWindows } from './latest-windows.service';
import { readGrids, SETTLE_MS, settledUntil } from './stream-grids.service';
import type { Panes } from './window/panes';
import type { Window } from './window.type';
import type { WindowsQuestion, WindowsService } from './windows.service';

/** Windows times keys that are looked at. */
const MAX_KEYED_WINDOWS = 50_000;
const MIN_WINDOWS = 24;
const MAX_WINDOWS = 720;

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
   * The COMPLETE windows of the last `ms`, or the last 24 where these are longer; up to 720, of many keys, or where they
   * rest on more than one question may, fewer, but no fewer than 24. They are as they are now, with what came late. What
   * was before the stream counted, or before 1970, is left out.
   * @param keys only these; null: all
   * @returns in order of time; null as for the latest
   * @throws ApiError TOO_COMPLEX, as a look at the newest would be
   */
  async past(stream: string, keys: readonly string[] | null, ms: number): Promise<PastLook[] | null> {
    const found = await readGrids(this.pool, stream);
    if (found === null) return null;
    const { spec, grids, state, reason, knownFrom } = found;
    const [{ panes, slides }] = grids;
    const settled = await settledUntil(this.pool);
    // One over another reads all keys below, whichever are asked for.
    const read = spec.over === undefined ? (keys?.length ?? found.keys) : found.keys;
    const ofEach = Math.floor(MAX_KEYED_WINDOWS / Math.max(1, read ?? 1));
    const bounds = { from: settled - ms, least: MIN_WINDOWS, most: clamp(ofEach, MIN_WINDOWS, MAX_WINDOWS) };
    const known = pastComplete([...grids].reverse(), settled, bounds)
      .map(({ end, since }) => ({ end, start: panes.shift(end, -slides), at: since + SETTLE_MS }))
      .filter(({ start }) => start >= knownFrom);
    if (known.length === 0) return [];
    const lookBack = keys === null && spec.keys.length > 0 ? LOOK_BACK : 0;
    const { past, windows } = await this.newest({ stream, keys, size: null, slide: null }, panes, known, lookBack);
    const byStart = new Map<number, Window[]>();
    for (const window of windows) {
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
        return keysSince(panes.shift(start, -LOOK_BACK), start);
      },
    }));

    function keysSince(first: number, last: number): string[] {
      const seen = new Set<string>();
      for (let start = first; start <= last; start = panes.at(start).end)
        for (const { key } of byStart.get(start) ?? []) seen.add(key);
      return [...seen];
    }
  }

  /** Half of those that are asked for, the newest, where they are too many; 24 are read in parts. */
  private async newest<T extends { readonly start: number }>(
    question: Question,
    panes: Panes,
    asked: readonly T[],
    lookBack: number,
  ): Promise<{ readonly past: readonly T[]; readonly windows: readonly Window[] }> {
    const { start: first } = asked[0];
    const before = Array.from({ length: lookBack }, (_, at) => panes.shift(first, at - lookBack));
    const starts = [...before, ...asked.map(({ start }) => start)];
    const isFewest = asked.length <= MIN_WINDOWS;
    try {
      const to = starts[starts.length - 1] + 1;
      return { past: asked, windows: await this.read(question, starts, to, isFewest ? lookBack + 1 : Infinity) };
    } catch (error) {
      if (isFewest || !isTooComplex(error)) throw error;
      const half = Math.max(MIN_WINDOWS, Math.ceil(asked.length / 2));
      return this.newest(question, panes, asked.slice(-half), lookBack);
    }
  }

  /**
   * Windows from the first of `starts` on, in two questions where one is too complex.
   * @param least no fewer are asked for in parts: it is what a look at the newest takes in one
   */
  private async read(question: Question, starts: readonly number[], to: number, least: number): Promise<Window[]> {
    try {
      return await this.windows.windows({ ...question, from: starts[0], to });
    } catch (error) {
      if (starts.length <= least || !isTooComplex(error)) throw error;
      const half = Math.ceil(starts.length / 2);
      const older = await this.read(question, starts.slice(0, half), starts[half], least);
      return [...older, ...(await this.read(question, starts.slice(half), to, least))];
    }
  }
}

type Question = Omit<WindowsQuestion, 'from' | 'to'>;

function isTooComplex(error: unknown): boolean {
  return error instanceof ApiError && error.extensions.code === 'TOO_COMPLEX';
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
