import type { Pool, PoolClient } from '../platform/postgres';
import type { Version } from './fold.service';
import type { LiveStream } from './live-streams.service';
import type { Pane } from './window/panes';

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

/** Months that lie in a time range, in order. */
export async function listMonths(
  client: Pool | PoolClient,
  live: LiveStream,
  { start, end }: Pane,
): Promise<MonthVersion[]> {
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

/** What a month holds, as {@link import('./partials').Partials.encode} writes it. */
export async function readMonth(client: PoolClient, live: LiveStream, { start }: Pane): Promise<Buffer | null> {
  const { rows } = await client.query<{ state: Buffer }>({
    name: 'read-month',
    text: `SELECT state FROM stream_months WHERE stream = $1 AND version = $2 AND start_at = to_timestamp($3::float8 / 1000.0)`,
    values: [live.stream, live.version, start],
  });
  return rows[0]?.state ?? null;
}

/** For whoever holds the stream's version: nobody else changes its windows meanwhile. */
export async function writeMonth(
  client: PoolClient,
  live: LiveStream,
  { start, end }: Pane,
  state: Uint8Array,
): Promise<void> {
  await client.query({
    name: 'write-month',
    text: `INSERT INTO stream_months (stream, version, start_at, end_at, state)
           VALUES ($1, $2, to_timestamp($3::float8 / 1000.0), to_timestamp($4::float8 / 1000.0), $5)
           ON CONFLICT (stream, version, start_at) DO UPDATE SET end_at = excluded.end_at, state = excluded.state`,
    values: [live.stream, live.version, start, end, Buffer.from(state)],
  });
}

/** Tells the windows of a time range from what they become once one of them is added, changed or removed. */
export async function fingerprintOf(client: PoolClient, live: LiveStream, { start, end }: Pane): Promise<string> {
  const { rows } = await client.query<{ fingerprint: string }>({
    name: 'windows-fingerprint',
    // Each change of a row gives it the id of a later transaction.
    text: `SELECT count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) AS fingerprint FROM stream_windows
           WHERE stream = $1 AND version = $2 AND start_at >= to_timestamp($3::float8 / 1000.0)
             AND start_at < to_timestamp($4::float8 / 1000.0)`,
    values: [live.stream, live.version, start, end],
  });
  return rows[0].fingerprint;
}

/** When the first window begins at an instant or after it; null: none does. */
export async function firstStartFrom(
  pool: Pool,
  { stream, version }: Version,
  instant: number,
): Promise<number | null> {
  const { rows } = await pool.query<{ start: number | null }>({
    name: 'first-start-from',
    text: `SELECT round(date_part('epoch', min(start_at)) * 1000) AS start FROM stream_windows
           WHERE stream = $1 AND version = $2 AND start_at >= to_timestamp($3::float8 / 1000.0)`,
    values: [stream, version, instant],
  });
  return rows[0].start;
}

/** Versions of streams by day that have enough windows for months. */
export async function largeVersions(pool: Pool): Promise<Version[]> {
  const { rows } = await pool.query<Version>({
    name: 'large-versions',
    text: `SELECT stream, version FROM stream_versions
           WHERE state = 'LIVE' AND windows >= $1 AND spec->'window'->>'size' = 'P1D' AND spec->'window'->>'kind' = 'TUMBLING'
           ORDER BY stream, version`,
    values: [MIN_WINDOWS],
  });
  return rows;
}
