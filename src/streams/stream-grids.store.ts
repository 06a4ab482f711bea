import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import type { WindowGrid } from './assemble-windows';
import type { StreamSpec } from './stream-spec';
import { readStreamChain, type StreamState } from './stream.store';
import { windowAssignerOf } from './window/window-assigner';

/** Maximum time (ms) between the receipt of an event and its entry in the inbox, where it waits for the log. */
export const SETTLE_MS = 2_000;

/**
 * The window grids of a chain of streams, from the requested stream to the one that counts events. Each of the others
 * counts the windows of the next one.
 */
export interface StreamGrids {
  readonly spec: StreamSpec;
  /** From the requested stream to the stream that counts events. */
  readonly grids: readonly [WindowGrid, ...WindowGrid[]];
  /** FULL and FAILED streams no longer count events, so their windows are not meaningful. */
  readonly state: StreamState | null;
  readonly reason: string | null;
  /** Number of keys over all stored windows of the stream that counts events; null if it has no windows to show yet. */
  readonly keys: number | null;
  /** Windows that begin before this instant were never counted, or have been removed. */
  readonly knownFrom: number;
}

/**
 * Reads the window grids of a stream, and of the chain of streams whose windows it counts.
 * @returns null if the stream does not exist, if it has no windows to show yet, or if a stream of the chain has session
 *   windows, which have no fixed end
 */
export async function readGrids(pool: Pool, stream: string): Promise<StreamGrids | null> {
  const chain = await readStreamChain(pool, stream);
  if (chain === null) return null;
  const { requested, base, records } = chain;
  const { shown, version, state, reason, keys, keptFrom, fromPosition, createdAt } = base;
  // During the backfill of a changed definition, the shown windows belong to the previous definition.
  if (shown === null || shown !== version) return null;
  const grids = records.flatMap(({ spec }): WindowGrid[] => {
    const { panes, slides } = windowAssignerOf(spec.window);
    return panes === null ? [] : [{ panes, slidesPerWindow: slides }];
  });
  if (grids.length < records.length) return null;
  const filledFrom = fromPosition > 0 ? createdAt.getTime() : -Infinity;
  const knownFrom = Math.max(filledFrom, keptFrom?.getTime() ?? -Infinity);
  return { spec: requested.spec, grids: grids as [WindowGrid, ...WindowGrid[]], state, reason, keys, knownFrom };
}

/** Returns the instant up to which every received event is in the log. */
export async function settledUntil(pool: Pool): Promise<number> {
  const row = await queryOne<{ until: Date }>(pool, {
    name: 'settled',
    text: `SELECT least(now() - $1 * interval '1 ms', (SELECT min(received_at) FROM inbox WHERE done_at IS NULL AND state <> 'SPLIT')) AS until`,
    values: [SETTLE_MS],
  });
  return row.until.getTime();
}
