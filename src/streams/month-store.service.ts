import type { Pool, PoolClient } from '../platform/postgres';
import type { Version } from './fold.service';
import type { LiveStream } from './live-streams.service';
import type { KeyedWindow, Partials } from './partials';
import { panesOf } from './stream-window';
import type { Pane, Panes } from './window/panes';

/**
 * The stored windows of one whole month, merged by key: one row. A row is right as long as it is there: triggers delete it
 * in the transaction that changes a window of its month.
 */
export interface MonthVersion extends Pane {
  /** The transaction that wrote it: another one where it has been written again. */
  readonly written: string;
}

/** Fewer windows are merged soon enough when they are read. */
const MIN_WINDOWS = 5_000;

/** Streams by day, of no person, from which nothing is removed by age. */
export function hasMonths({ compiled: { spec, window, isPersonal } }: Pick<LiveStream, 'compiled'>): boolean {
  const { panes, slides } = window;
  const isByDay = panes?.length.unit === 'DAY' && panes.length.count === 1 && slides === 1;
  return isByDay && !isPersonal && spec.over === undefined && spec.retention === undefined;
}

/** In the stream's time zone. */
export function calendarMonths({ compiled: { spec } }: Pick<LiveStream, 'compiled'>): Panes {
  return panesOf({ unit: 'MONTH', count: 1 }, spec.window.timeZone);
}

/** Months that lie in a stretch of time, in order. */
export async function listMonths(client: PoolClient, live: LiveStream, { start, end }: Pane): Promise<MonthVersion[]> {
  const { rows } = await client.query<MonthVersion>({
    name: 'list-months',
    text: `SELECT round(date_part('epoch', start_at) * 1000) AS start, round(date_part('epoch', end_at) * 1000) AS end,
             xmin::text AS written
           FROM stream_months WHERE stream = $1 AND version = $2
             AND start_at >= to_timestamp($3::float8 / 1000.0) AND end_at <= to_timestamp($4::float8 / 1000.0)
           ORDER BY start_at`,
    values: [live.stream, live.version, start, end],
  });
  return rows;
}

/** What some months hold, as {@link Partials.encode} writes it. */
export async function readMonths(
  client: PoolClient,
  live: LiveStream,
  months: readonly Pane[],
): Promise<{ readonly state: Buffer }[]> {
  const { rows } = await client.query<{ state: Buffer }>({
    name: 'read-months',
    text: `SELECT state FROM stream_months WHERE stream = $1 AND version = $2 AND start_at = ANY($3::timestamptz[])
           ORDER BY start_at`,
    values: [live.stream, live.version, months.map(({ start }) => new Date(start))],
  });
  return rows;
}

/** In the transaction that holds the stream's version: nobody else changes its windows meanwhile. */
export async function writeMonth(client: PoolClient, live: LiveStream, month: Pane, merged: Partials): Promise<void> {
  await client.query({
    name: 'write-month',
    text: `INSERT INTO stream_months (stream, version, start_at, end_at, state)
           VALUES ($1, $2, to_timestamp($3::float8 / 1000.0), to_timestamp($4::float8 / 1000.0), $5)
           ON CONFLICT (stream, version, start_at) DO UPDATE SET end_at = excluded.end_at, state = excluded.state`,
    values: [live.stream, live.version, month.start, month.end, Buffer.from(merged.encode())],
  });
}

/** Puts windows together by key, as one window that takes up a stretch of time. */
export function mergeInto(merged: Partials, windows: readonly KeyedWindow[], { start, end }: Pane): void {
  for (const { key, cells, revision } of windows) merged.put({ key, start, end, cells, revision });
}

/** Versions of streams that have enough windows for months, and when their windows begin. */
export async function largeVersions(
  pool: Pool,
): Promise<readonly (Version & { readonly first: Date; readonly last: Date })[]> {
  const { rows } = await pool.query<Version & { first: Date | null; last: Date | null }>({
    name: 'large-versions',
    text: `SELECT stream, version,
             (SELECT min(start_at) FROM stream_windows w WHERE w.stream = v.stream AND w.version = v.version) AS first,
             (SELECT max(start_at) FROM stream_windows w WHERE w.stream = v.stream AND w.version = v.version) AS last
           FROM stream_versions v
           WHERE state = 'LIVE' AND windows >= $1 AND spec->'window'->>'size' = 'P1D' AND spec->'window'->>'kind' = 'TUMBLING'
           ORDER BY stream, version`,
    values: [MIN_WINDOWS],
  });
  return rows.flatMap(({ first, last, ...row }) => (first === null || last === null ? [] : [{ ...row, first, last }]));
}
