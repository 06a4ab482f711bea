import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../platform/sql';
import type { LiveStream } from './live-stream';
import type { KeyedWindow } from './partial-aggregates';
import { WindowState } from './window/window-state';

/** A row of {@link WINDOW_COLUMNS}. */
export interface WindowRow {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  readonly state: Buffer;
}

/** SQL: columns of the window row `w`. */
export const WINDOW_COLUMNS = `w.key, round(date_part('epoch', w.start_at) * 1000) AS start,
  round(date_part('epoch', w.end_at) * 1000) AS end, w.revision, w.state`;

export function decodeWindow({ key, start, end, revision, state }: WindowRow, { compiled }: LiveStream): KeyedWindow {
  return { key, start, end, revision, state: WindowState.decode(state, compiled.spec.aggregates) };
}

/**
 * SQL: the row `w` of the window with a key and a start, if it exists. Without statistics, as for a new stream, the
 * planner estimates the same cost for every index, but only the primary key avoids reading all windows of the stream.
 * The ORDER BY forces the primary key, the only index with this order.
 * @param stream SQL expression, like the other arguments
 */
export const windowAt = (stream: string, version: string, key: string, start: string): string =>
  `(SELECT w.* FROM (
     SELECT ctid, * FROM stream_windows WHERE stream = ${stream} AND version = ${version} AND (key, start_at) >= (${key}, ${start})
     ORDER BY key, start_at LIMIT 1
   ) w WHERE w.key = ${key} AND w.start_at = ${start})`;

/** Look-ups in a table with at most this many windows are fast with any plan. */
const FEW_WINDOWS = 100;

/**
 * Analyzes the windows table if it has outgrown its statistics. Autovacuum, which also does this, runs at most once a
 * minute. Until it runs, look-ups in a previously empty table scan all windows of their stream. This blocks a large new
 * stream for minutes. Call this function after adding many windows.
 */
export async function analyzeIfOutgrown(pool: Pool): Promise<void> {
  const row = await queryOne<{ outgrown: boolean | null }>(pool, {
    name: 'outgrown',
    text: `SELECT (SELECT sum(windows) FROM stream_versions WHERE state <> 'GONE') > 2 * greatest(reltuples, $1) AS outgrown
           FROM pg_class WHERE oid = 'stream_windows'::regclass`,
    values: [FEW_WINDOWS],
  });
  // SKIP_LOCKED: a running autovacuum analyzes the table anyway.
  if (row.outgrown) await execute(pool, 'ANALYZE (SKIP_LOCKED) stream_windows');
}

/**
 * Removes the oldest windows that end at or before an instant.
 * @param maxWindows maximum number of removed windows
 * @returns the number of removed windows, and the number of keys that have no window left
 */
export async function removeWindowsBefore(
  client: PoolClient,
  live: LiveStream,
  instant: number,
  maxWindows: number,
): Promise<{ readonly windows: number; readonly keys: number }> {
  const rows = await queryRows<{ key: string }>(client, {
    name: 'forget-windows',
    text: `DELETE FROM stream_windows WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM stream_windows
             WHERE stream = $1 AND version = $2 AND end_at <= to_timestamp($3::float8 / 1000.0) ORDER BY end_at LIMIT $4))
           RETURNING key`,
    values: [live.stream, live.version, instant, maxWindows],
  });
  const keys = [...new Set(rows.map(({ key }) => key))];
  const [emptiedKeys] = await countKeysWithoutWindows(client, [{ live, keys }]);
  return { windows: rows.length, keys: emptiedKeys! };
}

/** Returns the instant at which the oldest `count` windows of a stream have ended; null if it has fewer. */
export async function endOfOldest(
  client: PoolClient,
  live: Pick<LiveStream, 'stream' | 'version'>,
  count: number,
): Promise<number | null> {
  const row = await queryFirst<{ end: number }>(client, {
    name: 'end-of-oldest',
    text: `SELECT round(date_part('epoch', end_at) * 1000) AS "end" FROM stream_windows
           WHERE stream = $1 AND version = $2 ORDER BY end_at OFFSET $3 - 1 LIMIT 1`,
    values: [live.stream, live.version, count],
  });
  return row?.end ?? null;
}

/** Counts, for each stream, the given keys that have no window. */
export async function countKeysWithoutWindows(
  client: PoolClient,
  keysByStream: readonly { readonly live: LiveStream; readonly keys: readonly string[] }[],
): Promise<number[]> {
  const counts = keysByStream.map(() => 0);
  if (keysByStream.every(({ keys }) => keys.length === 0)) return counts;
  const rows = await queryRows<{ of: number; count: number }>(client, {
    name: 'keys-without-windows',
    text: `SELECT k.of, count(*)::int AS count FROM unnest($3::int[], $4::text[]) AS k (of, key) WHERE (
             SELECT w.key FROM stream_windows w
             WHERE w.stream = ($1::text[])[k.of] AND w.version = ($2::bigint[])[k.of] AND w.key >= k.key
             ORDER BY w.key LIMIT 1) IS DISTINCT FROM k.key
           GROUP BY k.of`,
    values: [
      ...versionsOf(keysByStream.map(({ live }) => live)),
      keysByStream.flatMap(({ keys }, at) => keys.map(() => at + 1)),
      keysByStream.flatMap(({ keys }) => keys),
    ],
  });
  for (const { of, count } of rows) counts[of - 1] = count;
  return counts;
}

/** Returns streams and versions as two SQL arrays. */
export function versionsOf(versions: readonly Pick<LiveStream, 'stream' | 'version'>[]): [string[], number[]] {
  return [versions.map(({ stream }) => stream), versions.map(({ version }) => version)];
}

/** A selection of windows: the windows of the given keys that overlap a time range. `keys` is null for all keys. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
  readonly keys: readonly string[] | null;
}

/** How many of a key's stored panes begin in one of the time ranges of {@link countPanes}. */
export interface PaneCount {
  readonly key: string;
  /** Index of the time range, from 0. */
  readonly pane: number;
  readonly pieces: number;
}

/**
 * Counts the stored panes (windows, or slides of hopping windows) of each key in consecutive time ranges. The stream
 * must not have sessions.
 * @param starts start of each time range; the last one ends at `to`
 * @param maxPanes maximum number of panes. One more is counted, so that the caller can detect the excess
 */
export async function countPanes(
  client: Pool | PoolClient,
  live: LiveStream,
  { from, to, keys }: WindowRange,
  starts: readonly number[],
  maxPanes: number,
): Promise<PaneCount[]> {
  return queryRows<PaneCount>(client, {
    name: `count-pieces-${keys === null ? 'all' : 'keys'}`,
    text: `SELECT key, width_bucket(start_at, $7::timestamptz[]) - 1 AS pane, count(*)::int AS pieces FROM (
             SELECT key, start_at FROM stream_windows
             WHERE stream = $1 AND version = $2 AND start_at >= to_timestamp($3::float8 / 1000.0)
               AND start_at < to_timestamp($4::float8 / 1000.0) AND ${keys === null ? '$5::text[] IS NULL' : 'key = ANY($5)'}
             LIMIT $6
           ) w GROUP BY 1, 2`,
    values: [live.stream, live.version, from, to, keys, maxPanes + 1, starts.map((start) => new Date(start))],
  });
}

/**
 * @param maxRows maximum number of rows. One more is read, so that the caller can detect the excess
 * @param first number of earliest windows to read, plus the windows with the same start as the last of them. Null for
 *   all windows; must be null for sessions
 */
export async function readStoredWindows(
  client: Pool | PoolClient,
  live: LiveStream,
  { from, to, keys }: WindowRange,
  maxRows: number,
  first: number | null = null,
): Promise<KeyedWindow[]> {
  // The range of a query begins at a pane boundary, so panes that overlap it also begin in it. Sessions can begin
  // earlier.
  const bySession = live.compiled.window.panes === null;
  const condition = `w.stream = $1 AND w.version = $2 AND w.start_at < to_timestamp($4::float8 / 1000.0)
    AND ${bySession ? 'w.end_at > to_timestamp($3::float8 / 1000.0)' : 'w.start_at >= to_timestamp($3::float8 / 1000.0)'}
    AND ${keys === null ? '$5::text[] IS NULL' : 'w.key = ANY($5)'}`;
  const lastStart = `SELECT w.start_at FROM stream_windows w WHERE ${condition} ORDER BY w.start_at OFFSET $7::int - 1 LIMIT 1`;
  const rows = await queryRows<WindowRow>(client, {
    name: `read-windows-${keys === null ? 'all' : 'keys'}-${bySession}-${first === null ? 'all' : 'first'}`,
    text: `SELECT ${WINDOW_COLUMNS} FROM stream_windows w
           WHERE ${condition} ${first === null ? '' : `AND w.start_at <= coalesce((${lastStart}), 'infinity')`}
           LIMIT $6`,
    values: [live.stream, live.version, from, to, keys, maxRows + 1, ...(first === null ? [] : [first])],
  });
  return rows.map((row) => decodeWindow(row, live));
}

/** Returns key and start of the newest stored windows, newest first. @param key null for all keys */
export function readNewestWindows(
  client: PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  key: string | null,
  maxPanes: number,
) {
  return queryRows<{ key: string; start: number }>(client, {
    name: key === null ? 'newest-windows' : 'newest-windows-of-key',
    text: `SELECT key, round(date_part('epoch', start_at) * 1000) AS start FROM stream_windows
           WHERE stream = $1 AND version = $2 AND ${key === null ? '$3::text IS NULL' : 'key = $3'}
           ORDER BY start_at DESC LIMIT $4`,
    values: [stream, version, key, maxPanes],
  });
}

/** Returns the current time of the database. */
export async function readNow(pool: Pool): Promise<Date> {
  const row = await queryOne<{ now: Date }>(pool, { name: 'now', text: 'SELECT now()' });
  return row.now;
}
