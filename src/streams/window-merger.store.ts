import type { PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import { versionsOf } from './window.store';
import type { StreamSpec } from './stream-spec';

/** Identifies a version of a stream. A changed definition or a rebuild of the stream creates a new version. */
export interface StreamVersionId {
  readonly stream: string;
  readonly version: number;
}

export interface VersionRow extends StreamVersionId {
  readonly spec: StreamSpec;
  readonly filled: number;
  readonly windows: number;
  readonly keys: number;
  readonly state: 'FILLING' | 'LIVE';
  readonly keptFrom: Date | null;
  readonly watermark: Date | null;
  /** Number of events in the join buffer. */
  readonly remembered: number;
}

/** Stores that the windows before `from` were removed. */
export async function storeKeptFrom(
  client: PoolClient,
  stream: string,
  version: number,
  from: number,
  windows: number,
  keys: number,
): Promise<void> {
  await execute(client, {
    name: 'note-forgotten',
    text: `UPDATE stream_versions SET kept_from = to_timestamp($3::float8 / 1000.0), windows = windows - $4, keys = keys - $5
           WHERE stream = $1 AND version = $2`,
    values: [stream, version, from, windows, keys],
  });
}

/** Stores up to which log position a version is filled. */
export async function storeFilledPosition(
  client: PoolClient,
  stream: string,
  version: number,
  position: number,
): Promise<void> {
  await execute(client, 'UPDATE stream_versions SET filled = $3 WHERE stream = $1 AND version = $2', [
    stream,
    version,
    position,
  ]);
}

/** Locks the versions that can be merged, and omits those that another worker holds. */
export function lockVersions(client: PoolClient, versions: readonly StreamVersionId[]): Promise<VersionRow[]> {
  return queryRows<VersionRow>(client, {
    name: 'hold-versions',
    text: `SELECT stream, version, spec, filled, windows, keys, state, kept_from AS "keptFrom", watermark, remembered
           FROM stream_versions v
           WHERE (stream, version) IN (SELECT * FROM unnest($1::text[], $2::bigint[])) AND state IN ('FILLING', 'LIVE')
           ORDER BY stream, version FOR UPDATE OF v SKIP LOCKED`,
    values: versionsOf(versions),
  });
}

interface MergeCounts extends StreamVersionId {
  readonly filled: number;
  readonly moreWindows: number;
  readonly keys: number;
  /** Late events of this merge. */
  readonly late: number;
}

export async function storeMergeCounts(client: PoolClient, counts: readonly MergeCounts[]): Promise<void> {
  await execute(client, {
    name: 'note-fold',
    text: `UPDATE stream_versions v SET filled = n.filled, windows = v.windows + n.more, keys = n.keys, late = v.late + n.late
           FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::bigint[])
             AS n (stream, version, filled, more, keys, late)
           WHERE v.stream = n.stream AND v.version = n.version`,
    values: [
      ...versionsOf(counts),
      counts.map(({ filled }) => filled),
      counts.map(({ moreWindows }) => moreWindows),
      counts.map(({ keys }) => keys),
      counts.map(({ late }) => late),
    ],
  });
}

/** @returns 0 if the version is no longer being filled */
export function startLiveVersion(client: PoolClient, stream: string, version: number): Promise<number> {
  return execute(
    client,
    `UPDATE stream_versions SET state = 'LIVE' WHERE stream = $1 AND version = $2 AND state = 'FILLING'`,
    [stream, version],
  );
}

export async function showVersion(client: PoolClient, stream: string, version: number): Promise<void> {
  await execute(client, 'UPDATE streams SET shown = $2 WHERE id = $1', [stream, version]);
}

/** Marks the older versions of a stream for deletion. */
export async function retireOlderVersions(client: PoolClient, stream: string, version: number): Promise<void> {
  await execute(client, `UPDATE stream_versions SET state = 'GONE' WHERE stream = $1 AND version < $2`, [
    stream,
    version,
  ]);
}
