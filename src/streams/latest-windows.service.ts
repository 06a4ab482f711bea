import type { Pool } from '../platform/postgres';
import { newestComplete } from './complete-windows';
import type { AggregateShape } from './definition.type';
import { readGrids, settledUntil } from './stream-grids.service';
import type { StreamState } from './stream-store.service';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';

/** COMPLETE: the newest that has ended, late events aside; CURRENT: the one that it is now. */
export type Which = 'COMPLETE' | 'CURRENT';

/** A key that had events in one of so many windows before is known. */
export const LOOK_BACK = 10;

/** The newest window of a stream, of all keys. */
export interface LatestWindows {
  /** FULL and FAILED streams count no more: their windows say nothing. */
  readonly state: StreamState | null;
  readonly reason: string | null;
  readonly isKeyed: boolean;
  readonly aggregates: readonly AggregateShape[];
  readonly start: Date;
  readonly end: Date;
  /** One for each key that had events; a key without has none. */
  readonly windows: readonly Window[];
  /** Keys of this window and of the ten before. */
  readonly keys: readonly string[];
}

/** The newest windows of streams, for those who have to notice that nothing comes. */
export class LatestWindowsService {
  constructor(
    private readonly pool: Pool,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /**
   * @param keys only these; null: all
   * @returns null where there is no such stream, none of its windows is shown yet, or it or one that it stands over has
   * sessions, which end when they end
   */
  async latest(stream: string, which: Which, keys: readonly string[] | null): Promise<LatestWindows | null> {
    const found = await readGrids(this.pool, stream);
    if (found === null) return null;
    const { spec, grids, state, reason } = found;
    const [{ panes, slides }] = grids;
    const end =
      which === 'CURRENT'
        ? panes.at(await this.now()).end
        : newestComplete([...grids].reverse(), await settledUntil(this.pool));
    const start = panes.shift(end, -slides);
    const from = keys === null && spec.keys.length > 0 ? panes.shift(start, -LOOK_BACK) : start;
    const windows = await this.windows.windows({ stream, from, to: start + 1, keys, size: null, slide: null });
    return {
      state,
      reason,
      isKeyed: spec.keys.length > 0,
      aggregates: spec.aggregates,
      start: new Date(start),
      end: new Date(end),
      windows: windows.filter((window) => window.start.getTime() === start),
      keys: [...new Set(windows.map(({ key }) => key))],
    };
  }

  private async now(): Promise<number> {
    const { rows } = await this.pool.query<{ now: Date }>({ name: 'now', text: 'SELECT now()' });
    return rows[0].now.getTime();
  }
}
