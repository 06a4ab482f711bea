import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../platform/sql';
import type { StreamVersionId } from '../window-merger.store';
import type { LiveStream } from '../live-stream';
import type { Pane } from '../window/panes';
import type { StreamSpec } from '../stream-spec';

/**
 * A row with the windows of one whole month, merged by key. An existing row is always valid: triggers delete it in the
 * transaction that changes a window of the month.
 */
export interface MonthVersion extends Pane {
  /** Id of the transaction that wrote the row; it changes whenever the row is rewritten. */
  readonly written: string;
}

/** Months are stored for streams with at least this many windows. Fewer windows are merged fast enough on read. */
const MIN_WINDOWS = 5_000;

/** Lists the stored months that lie within a time range, in order. */
export async function listMonths(
  client: Pool | PoolClient,
  live: LiveStream,
  { start, end }: Pane,
): Promise<MonthVersion[]> {
  return queryRows<MonthVersion>(client, {
    name: 'list-months',
    text: `SELECT round(date_part('epoch', start_at) * 1000) AS start, round(date_part('epoch', end_at) * 1000) AS end,
             xmin::text AS written
           FROM stream_months WHERE stream = $1 AND version = $2
             AND start_at >= to_timestamp($3::float8 / 1000.0) AND end_at <= to_timestamp($4::float8 / 1000.0)
           ORDER BY start_at`,
    values: [live.stream, live.version, start, end],
  });
}

/** Reads the state of a month, encoded by `PartialAggregates.encode`; null if the month is not stored. */
export async function readMonth(client: PoolClient, live: LiveStream, { start }: Pane): Promise<Buffer | null> {
  const row = await queryFirst<{ state: Buffer }>(client, {
    name: 'read-month',
    text: `SELECT state FROM stream_months WHERE stream = $1 AND version = $2 AND start_at = to_timestamp($3::float8 / 1000.0)`,
    values: [live.stream, live.version, start],
  });
  return row?.state ?? null;
}

/** Stores a month. The caller must hold the row lock of the stream version, so that no window changes. */
export async function writeMonth(
  client: PoolClient,
  live: LiveStream,
  { start, end }: Pane,
  state: Uint8Array,
): Promise<void> {
  await execute(client, {
    name: 'write-month',
    text: `INSERT INTO stream_months (stream, version, start_at, end_at, state)
           VALUES ($1, $2, to_timestamp($3::float8 / 1000.0), to_timestamp($4::float8 / 1000.0), $5)
           ON CONFLICT (stream, version, start_at) DO UPDATE SET end_at = excluded.end_at, state = excluded.state`,
    values: [live.stream, live.version, start, end, Buffer.from(state)],
  });
}

/** Returns a fingerprint of the windows of a time range. It changes if a window is added, changed or removed. */
export async function fingerprintOf(client: PoolClient, live: LiveStream, { start, end }: Pane): Promise<string> {
  const row = await queryOne<{ fingerprint: string }>(client, {
    name: 'windows-fingerprint',
    // Each change of a row sets its xmin to the id of a later transaction.
    text: `SELECT count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) AS fingerprint FROM stream_windows
           WHERE stream = $1 AND version = $2 AND start_at >= to_timestamp($3::float8 / 1000.0)
             AND start_at < to_timestamp($4::float8 / 1000.0)`,
    values: [live.stream, live.version, start, end],
  });
  return row.fingerprint;
}

/** Returns the start of the first window that begins at or after an instant; null if there is none. */
export async function firstStartFrom(
  pool: Pool,
  { stream, version }: StreamVersionId,
  instant: number,
): Promise<number | null> {
  const row = await queryOne<{ start: number | null }>(pool, {
    name: 'first-start-from',
    text: `SELECT round(date_part('epoch', min(start_at)) * 1000) AS start FROM stream_windows
           WHERE stream = $1 AND version = $2 AND start_at >= to_timestamp($3::float8 / 1000.0)`,
    values: [stream, version, instant],
  });
  return row.start;
}

/** Lists the versions of streams with daily windows that have enough windows for a monthly rollup. */
export async function largeVersions(pool: Pool): Promise<StreamVersionId[]> {
  return queryRows<StreamVersionId>(pool, {
    name: 'large-versions',
    text: `SELECT stream, version FROM stream_versions
           WHERE state = 'LIVE' AND windows >= $1 AND spec->'window'->>'size' = 'P1D' AND spec->'window'->>'kind' = 'TUMBLING'
           ORDER BY stream, version`,
    values: [MIN_WINDOWS],
  });
}

interface VersionRow {
  readonly spec: StreamSpec;
  readonly keptFrom: Date | null;
}

/** @param forUpdate whether to lock the version until the transaction ends */
export function readLiveVersion(
  client: Pool | PoolClient,
  { stream, version }: StreamVersionId,
  forUpdate: boolean,
): Promise<VersionRow | undefined> {
  return queryFirst<VersionRow>(client, {
    name: `version-of-months-${forUpdate}`,
    text: `SELECT spec, kept_from AS "keptFrom" FROM stream_versions v
           WHERE stream = $1 AND version = $2 AND state = 'LIVE' ${forUpdate ? 'FOR UPDATE OF v' : ''}`,
    values: [stream, version],
  });
}
