import type { Pool } from '../platform/postgres';
import type { Grid } from './assemble-windows';
import { newestComplete, panesBefore } from './complete-windows';
import { readStream, type StreamRecord, type StreamState } from './stream-store.service';
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
   * @returns null where there is no such stream, none of its windows is shown yet, or it or one that it stands over has
   * sessions, which end when they end
   */
  async latest(stream: string, which: Which, keys: readonly string[] | null): Promise<LatestWindows | null> {
    const records = await this.downFrom(stream);
    if (records === null) return null;
    const [{ spec }] = records;
    const { shown, version, state, reason } = records[records.length - 1];
    // While a changed one is filled, the windows that are shown are not those that it speaks of.
    if (shown === null || shown !== version) return null;
    const grids = records.flatMap(({ spec }): Grid[] => {
      const { panes, slides } = windowOf(spec.window);
      return panes === null ? [] : [{ panes, slides }];
    });
    if (grids.length < records.length) return null;
    const [{ panes, slides }] = grids;
    const end =
      which === 'CURRENT' ? panes.at(await this.now()).end : newestComplete([...grids].reverse(), await this.settled());
    const start = panesBefore(panes, end, slides);
    const from = keys === null && spec.keys.length > 0 ? panesBefore(panes, start, LOOK_BACK) : start;
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

  /** A stream, the one that it stands over, and so on to the one that counts events. */
  private async downFrom(stream: string): Promise<StreamRecord[] | null> {
    const records: StreamRecord[] = [];
    for (let id: string | undefined = stream; id !== undefined; id = records[records.length - 1].spec.over) {
      const record = await readStream(this.pool, id);
      if (record === null) return null;
      records.push(record);
    }
    return records;
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
