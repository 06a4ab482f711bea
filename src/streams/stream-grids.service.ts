import type { Pool } from '../platform/postgres';
import type { Grid } from './assemble-windows';
import type { StreamSpec } from './spec';
import { readDown, type StreamState } from './stream-store.service';
import { windowOf } from './stream-window';

/** What was accepted is in the inbox by then. */
export const SETTLE_MS = 2_000;

/** How a stream cuts time, and those that it stands over. */
export interface StreamGrids {
  readonly spec: StreamSpec;
  /** From the one that is asked for to the one that counts events. */
  readonly grids: readonly [Grid, ...Grid[]];
  /** FULL and FAILED streams count no more: their windows say nothing. */
  readonly state: StreamState | null;
  readonly reason: string | null;
  /** Of all windows that are kept of the stream that counts events; null where none is shown yet. */
  readonly keys: number | null;
  /** What begins before it is not counted, or not kept. */
  readonly knownFrom: number;
}

/**
 * @returns null where there is no such stream, none of its windows is shown yet, or it or one that it stands over has
 * sessions, which end when they end
 */
export async function readGrids(pool: Pool, stream: string): Promise<StreamGrids | null> {
  const records = await readDown(pool, stream);
  if (records === null) return null;
  const [{ spec }] = records;
  const { shown, version, state, reason, keys, keptFrom, fromPosition, createdAt } = records[records.length - 1];
  // While a changed one is filled, the windows that are shown are not those that it speaks of.
  if (shown === null || shown !== version) return null;
  const grids = records.flatMap(({ spec }): Grid[] => {
    const { panes, slides } = windowOf(spec.window);
    return panes === null ? [] : [{ panes, slides }];
  });
  if (grids.length < records.length) return null;
  const filledFrom = fromPosition > 0 ? createdAt.getTime() : -Infinity;
  const knownFrom = Math.max(filledFrom, keptFrom?.getTime() ?? -Infinity);
  return { spec, grids: grids as [Grid, ...Grid[]], state, reason, keys, knownFrom };
}

/** Up to when everything that was received is in the log, which windows are read from. */
export async function settledUntil(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ until: Date }>({
    name: 'settled',
    text: `SELECT least(now() - $1 * interval '1 ms', (SELECT min(received_at) FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT')) AS until`,
    values: [SETTLE_MS],
  });
  return rows[0].until.getTime();
}
