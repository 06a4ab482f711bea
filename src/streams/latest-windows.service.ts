import type { Pool } from '../platform/postgres';
import { readStream, type StreamState } from './stream-store.service';
import { windowOf } from './stream-window';
import type { AggregateShape } from './definition.type';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';

/** COMPLETE: the newest that has ended, late events aside; CURRENT: the one that it is now. */
export type Which = 'COMPLETE' | 'CURRENT';

/** What was accepted is in the inbox by then. */
const SETTLE_MS = 2_000;
/** A key that had events in one of so many windows before is known. */
const LOOK_BACK = 10;

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
   * @returns null where there is no such stream, none of its windows is shown yet, or it has sessions, which end when they end
   */
  async latest(stream: string, which: Which, keys: readonly string[] | null): Promise<LatestWindows | null> {
    const record = await readStream(this.pool, stream);
    // While a changed one is filled, the windows that are shown are not those that it speaks of.
    if (record === null || record.shown === null || record.shown !== record.version) return null;
    const { state, reason, spec } = record;
    const { panes, slides } = windowOf(spec.window);
    if (panes === null) return null;
    const end = which === 'CURRENT' ? panes.at(await this.now()).end : panes.at(await this.settled()).start;
    const back = (from: number, steps: number) => {
      let start = from;
      for (let step = 0; step < steps; step++) start = panes.at(start - 1).start;
      return start;
    };
    const start = back(end, slides);
    const from = keys === null && spec.keys.length > 0 ? back(start, LOOK_BACK) : start;
    const found = await this.windows.windows({ stream, from, to: start + 1, keys, size: null, slide: null });
    return {
      state,
      reason,
      isKeyed: spec.keys.length > 0,
      aggregates: spec.aggregates,
      start: new Date(start),
      end: new Date(end),
      windows: found.filter((window) => window.start.getTime() === start),
      keys: [...new Set(found.map(({ key }) => key))],
    };
  }

  private async now(): Promise<number> {
    const { rows } = await this.pool.query<{ now: Date }>({ name: 'now', text: 'SELECT now()' });
    return rows[0].now.getTime();
  }

  /** Up to when everything that was received is in the log, which windows are read from. */
  private async settled(): Promise<number> {
    const { rows } = await this.pool.query<{ until: Date }>({
      name: 'settled',
      text: `SELECT least(now() - $1 * interval '1 ms', (SELECT min(received_at) FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT')) AS until`,
      values: [SETTLE_MS],
    });
    return rows[0].until.getTime();
  }
}
