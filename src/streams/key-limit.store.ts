import type { Pool, PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import { OTHER_KEY } from './key-limit';
import type { LiveStream } from './live-stream';
import { WINDOW_COLUMNS, windowAt, type WindowRow } from './window.store';

type Client = Pool | PoolClient;

/** A stored pane (a window, or a slide of hopping windows), over all its keys. */
export interface StoredPane {
  readonly start: number;
  /**
   * Keys are ranked by hash. Keys with this rank or a higher one are counted together, under {@link OTHER_KEY}. Null if
   * all keys are counted separately.
   */
  readonly limit: number | null;
  /** Number of keys that the pane counts separately. */
  readonly keys: number;
}

export async function readPanes(
  client: Client,
  { stream, version }: LiveStream,
  starts: readonly number[],
): Promise<StoredPane[]> {
  return queryRows<StoredPane>(client, {
    name: 'read-panes',
    text: `SELECT p.start, o.key_rank AS limit, n.rows - (o.key_rank IS NOT NULL)::int AS keys
           FROM unnest($3::float8[]) AS p (start)
           LEFT JOIN LATERAL ${windowAt('$1', '$2', '$4', 'to_timestamp(p.start / 1000.0)')} o ON true
           CROSS JOIN LATERAL (
             SELECT count(*)::int AS rows FROM stream_windows
             WHERE stream = $1 AND version = $2 AND start_at = to_timestamp(p.start / 1000.0) OFFSET 0) n`,
    values: [stream, version, starts, OTHER_KEY],
  });
}

/** Returns those of the given windows that are stored, as `[key, start]`. */
export async function findStoredWindows(
  client: Client,
  { stream, version }: LiveStream,
  windows: readonly { readonly key: string; readonly start: number }[],
): Promise<(readonly [string, number])[]> {
  const rows = await queryRows<{ key: string; start: number }>(client, {
    name: 'read-known-windows',
    text: `SELECT k.key, k.start FROM unnest($3::text[], $4::float8[]) AS k (key, start)
           WHERE EXISTS ${windowAt('$1', '$2', 'k.key', 'to_timestamp(k.start / 1000.0)')}`,
    values: [stream, version, windows.map(({ key }) => key), windows.map(({ start }) => start)],
  });
  return rows.map(({ key, start }) => [key, start]);
}

/**
 * Reads the windows of a pane that may have to move to {@link OTHER_KEY}: the windows of the `keyCount` keys with the
 * largest ranks, and of keys with the same rank.
 */
export async function readHighestRanked(
  client: Client,
  { stream, version }: LiveStream,
  start: number,
  keyCount: number,
): Promise<(WindowRow & { readonly rank: number })[]> {
  const isOfPane =
    'w.stream = $1 AND w.version = $2 AND w.start_at = to_timestamp($3::float8 / 1000.0) AND w.key <> $5';
  return queryRows<WindowRow & { readonly rank: number }>(client, {
    name: 'read-last-ranked',
    text: `SELECT ${WINDOW_COLUMNS}, w.key_rank AS rank FROM stream_windows w WHERE ${isOfPane} AND w.key_rank IS NOT NULL
           ORDER BY w.key_rank DESC FETCH FIRST $4 ROWS WITH TIES`,
    values: [stream, version, start, keyCount, OTHER_KEY],
  });
}

/** Returns the non-null `limit` of each {@link StoredPane} that begins in [from, to), by start of the pane. */
export async function readLimits(
  client: Client,
  { stream, version }: LiveStream,
  from: number,
  to: number,
): Promise<Map<number, number>> {
  const rows = await queryRows<{ start: number; limit: number }>(client, {
    name: 'read-key-limits',
    text: `SELECT round(date_part('epoch', start_at) * 1000) AS start, key_rank AS limit FROM stream_windows
           WHERE stream = $1 AND version = $2 AND key = $5 AND start_at >= to_timestamp($3::float8 / 1000.0)
             AND start_at < to_timestamp($4::float8 / 1000.0)`,
    values: [stream, version, from, to, OTHER_KEY],
  });
  return new Map(rows.map(({ start, limit }) => [start, limit]));
}
