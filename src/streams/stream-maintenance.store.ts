import type { StreamVersionId } from './window-merger.store';
import { withLongTimeout, type Pool } from '../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../platform/sql';

/** Maximum time between the `receivedAt` of an event and its entry in the inbox, where it waits for the log. */
const MAX_INBOX_DELAY_MS = 10_000;

export interface LogProgress {
  readonly batch: number;
  readonly watermark: Date;
}

export function readMaintainedVersions(pool: Pool) {
  return queryRows<
    StreamVersionId & {
      readonly state: string;
      readonly lateness: string;
      readonly retention: string | null;
      readonly windows: number;
      readonly joins: boolean;
    }
  >(
    pool,
    `SELECT stream, version, state, spec->>'lateness' AS lateness, spec->>'retention' AS retention, windows,
     spec->'join' IS NOT NULL AS joins FROM stream_versions WHERE state <> 'FULL' AND state <> 'FAILED'`,
  );
}

/** Returns the versions that have partial aggregates to merge. */
export function readVersionsWithPartials(pool: Pool) {
  return queryRows<StreamVersionId & { joins: boolean }>(pool, {
    name: 'versions-with-parts',
    text: `SELECT stream, version, spec->'join' IS NOT NULL AS joins FROM stream_versions v
           WHERE (state = 'LIVE' OR state = 'FILLING' AND spec->'join' IS NULL) AND EXISTS (
             SELECT FROM stream_parts p WHERE p.stream = v.stream AND p.version = v.version)
           ORDER BY stream, version`,
  });
}

/** Returns the instant up to which every received event is in the log, and the newest batch of the log. */
export function readLogProgress(pool: Pool): Promise<LogProgress> {
  return queryOne<LogProgress>(pool, {
    name: 'reached',
    text: `SELECT (SELECT coalesce(max(batch), 0) FROM log_batches) AS batch,
           least(now() - $1 * interval '1 ms', (SELECT min(received_at) FROM inbox WHERE done_at IS NULL)) AS watermark`,
    values: [MAX_INBOX_DELAY_MS],
  });
}

/** Advances the watermark of a version if all its batches up to `batch` are merged. Returns undefined if it does not advance. */
export function storeWatermark(pool: Pool, stream: string, version: number, watermark: Date, batch: number) {
  return queryFirst<{ before: Date | null }>(pool, {
    name: 'move-watermark',
    text: `UPDATE stream_versions v SET watermark = $3
           FROM (SELECT watermark AS before FROM stream_versions WHERE stream = $1 AND version = $2 FOR UPDATE) old
           WHERE stream = $1 AND version = $2 AND state = 'LIVE' AND (before IS NULL OR before < $3)
             AND NOT EXISTS (SELECT FROM stream_parts WHERE stream = $1 AND version = $2 AND batch <= $4)
           RETURNING before`,
    values: [stream, version, watermark, batch],
  });
}

interface WatermarkMove extends StreamVersionId {
  readonly before: Date;
  readonly watermark: Date;
  /** Milliseconds. */
  readonly lateness: number;
}

/** Returns the windows that became final when the watermark advanced from `before`. */
export function readFinalWindows(
  pool: Pool,
  { stream, version, before, watermark, lateness }: WatermarkMove,
  limit: number,
) {
  return queryRows<{ key: string; start: number }>(pool, {
    name: 'become-final',
    text: `SELECT key, round(date_part('epoch', start_at) * 1000) AS start FROM stream_windows
           WHERE stream = $1 AND version = $2 AND end_at > $3::timestamptz - $5 * interval '1 ms'
             AND end_at <= $4::timestamptz - $5 * interval '1 ms' LIMIT $6`,
    values: [stream, version, before, watermark, lateness, limit],
  });
}

/** Deletes some rows of a version. @returns the number of deleted rows */
export function deleteVersionRows(
  pool: Pool,
  table: string,
  stream: string,
  version: number,
  maxRows: number,
): Promise<number> {
  return execute(
    pool,
    withLongTimeout(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM ${table} WHERE stream = $1 AND version = $2 LIMIT ${maxRows}))`,
      [stream, version],
    ),
  );
}

export async function deleteVersion(pool: Pool, stream: string, version: number): Promise<void> {
  await execute(pool, `DELETE FROM stream_versions WHERE stream = $1 AND version = $2 AND state = 'GONE'`, [
    stream,
    version,
  ]);
}
