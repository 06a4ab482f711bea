import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../platform/sql';
import { COMPILE_VERSION, compileStream } from './compile-stream';
import type { StreamSpec } from './stream-spec';
import { retentionStart } from './window/window-assigner';
import type { LateWindow } from './stream.type';
import { MAX_LATE_WINDOWS } from './late-events.store';

export const STREAM_STATES = ['FILLING', 'LIVE', 'FULL', 'FAILED'] as const;
export type StreamState = (typeof STREAM_STATES)[number];

/** A stream with its newest version. */
export interface StreamRecord {
  readonly id: string;
  readonly description: string | null;
  readonly spec: StreamSpec;
  readonly fromPosition: number;
  /** The version whose windows are shown. */
  readonly shown: number | null;
  readonly createdAt: Date;
  readonly version: number | null;
  readonly state: StreamState | null;
  readonly reason: string | null;
  readonly filled: number | null;
  readonly windows: number | null;
  readonly keys: number | null;
  readonly late: number | null;
  readonly remembered: number | null;
  readonly crowded: number | null;
  readonly watermark: Date | null;
  readonly keptFrom: Date | null;
}

const RECORDS = `
  SELECT s.id, s.description, s.spec, s.from_position AS "fromPosition", s.shown, s.created_at AS "createdAt",
    v.version, v.state, v.reason, v.filled, v.windows, v.keys, v.late, v.remembered, v.crowded, v.watermark, v.kept_from AS "keptFrom"
  FROM streams s LEFT JOIN LATERAL (
    SELECT * FROM stream_versions WHERE stream = s.id AND state <> 'GONE' ORDER BY version DESC LIMIT 1
  ) v ON true`;

export async function readStreams(pool: Pool): Promise<StreamRecord[]> {
  return queryRows<StreamRecord>(pool, `${RECORDS} ORDER BY s.id COLLATE "C"`);
}

export async function readStream(pool: Pool | PoolClient, id: string): Promise<StreamRecord | null> {
  return (await queryFirst<StreamRecord>(pool, `${RECORDS} WHERE s.id = $1`, [id])) ?? null;
}

/** A stream and the streams that it is based on. */
export interface StreamChain {
  readonly requested: StreamRecord;
  /** The stream that counts events; `requested` if that one does. */
  readonly base: StreamRecord;
  /** From `requested` to `base`. */
  readonly records: readonly StreamRecord[];
}

/** Reads a stream and the streams that it is based on; null if one is missing. */
export async function readStreamChain(pool: Pool | PoolClient, stream: string): Promise<StreamChain | null> {
  const requested = await readStream(pool, stream);
  if (requested === null) return null;
  const records = [requested];
  let base = requested;
  while (base.spec.over !== undefined) {
    const over = await readStream(pool, base.spec.over);
    if (over === null) return null;
    records.push(over);
    base = over;
  }
  return { requested, base, records };
}

/**
 * Locks streams and their versions. To prevent deadlocks, it locks versions before streams, as a merge does, and both
 * in a fixed order. A transaction that also allocates a log position must take these locks first.
 * @param ids null for all streams
 */
export async function lockStreams(client: PoolClient, ids: readonly string[] | null): Promise<void> {
  await execute(
    client,
    'SELECT FROM stream_versions WHERE $1::text[] IS NULL OR stream = ANY($1) ORDER BY stream, version FOR UPDATE',
    [ids],
  );
  await execute(client, 'SELECT FROM streams WHERE $1::text[] IS NULL OR id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
}

/** Creates a version that counts events after `position`. A backfill adds earlier events after `fromPosition`. */
export async function beginVersion(
  client: PoolClient,
  { id, spec, fromPosition }: { readonly id: string; readonly spec: StreamSpec; readonly fromPosition: number },
  position: number,
): Promise<void> {
  const compiled = compileStream(spec);
  // An older version that is still being filled is superseded by this one.
  await execute(
    client,
    `UPDATE stream_versions SET state = 'GONE' WHERE stream = $1 AND version <> coalesce((SELECT shown FROM streams WHERE id = $1), 0)`,
    [id],
  );
  await execute(
    client,
    `INSERT INTO stream_versions (stream, version, spec, compile_version, personal, segment_use, state, filled, kept_from)
     VALUES ($1, $2, $3, $7, $4, $8, 'FILLING', $5, to_timestamp($6::float8 / 1000.0))`,
    // The backfill skips windows that are already past the retention.
    [
      ...[id, position, JSON.stringify(spec), compiled.isPersonal, fromPosition],
      ...[retentionStart(compiled, Date.now()), COMPILE_VERSION, compiled.segmentUse],
    ],
  );
}

export async function removeStream(client: PoolClient, id: string): Promise<void> {
  await execute(client, 'DELETE FROM streams WHERE id = $1', [id]);
  await removeVersions(client, id);
}

/** Hides all versions of a stream and marks them for deletion. */
export async function removeVersions(client: PoolClient, id: string): Promise<void> {
  await execute(client, 'UPDATE streams SET shown = NULL WHERE id = $1', [id]);
  await execute(client, `UPDATE stream_versions SET state = 'GONE' WHERE stream = $1`, [id]);
}

/** Returns, for each stream, the stream that it is based on; null if it counts events. */
export async function readGraph(client: PoolClient): Promise<Map<string, string | null>> {
  const rows = await queryRows<{ id: string; over: string | null }>(
    client,
    `SELECT id, spec->>'over' AS over FROM streams`,
  );
  return new Map(rows.map(({ id, over }) => [id, over]));
}

export async function streamsBasedOn(client: PoolClient, id: string): Promise<string[]> {
  return [...(await readGraph(client))].flatMap(([above, over]) => (over === id ? above : []));
}

/** Requests a rebuild of all streams. Call it in the transaction that removes events from the log. */
export async function requestRebuild(client: PoolClient): Promise<void> {
  await execute(client, `UPDATE streams SET rebuild = true WHERE spec->>'over' IS NULL`);
}

/**
 * Hides all windows that may contain data of a person whose events were erased from the log, deletes the lists of late
 * events. Windows without personal data stay visible until the requested rebuild ends. {@link removeErased} deletes the
 * hidden windows.
 * @param positions log positions of the batches with events of the person. All events of these batches are deleted from
 *   the join buffers, which store hashes of join keys
 */
export async function eraseFromStreams(client: PoolClient, positions: readonly number[]): Promise<void> {
  await lockStreams(client, null);
  await execute(client, 'DELETE FROM stream_late');
  await execute(
    client,
    withLongTimeout('DELETE FROM stream_join_events WHERE position = ANY($1::bigint[])', [positions]),
  );
  // Deletes the pending partial aggregates that may contain personal data, lists of late events or hashes of join keys.
  // The other ones stay: without them, sums would lack events that are not merged yet.
  await execute(
    client,
    `DELETE FROM stream_parts p USING stream_versions v WHERE v.stream = p.stream AND v.version = p.version
     AND (v.personal OR v.spec->'join' IS NOT NULL OR get_byte(p.bytes, octet_length(p.bytes) - 1) <> 0)`,
  );
  await execute(
    client,
    'UPDATE streams SET shown = NULL WHERE id IN (SELECT stream FROM stream_versions WHERE personal)',
  );
  await execute(client, `UPDATE stream_versions SET state = 'GONE' WHERE personal`);
}

/**
 * Requests a rebuild of the streams that read the segments of customers, in the transaction that forgets which segments
 * a customer was in. Windows that may reveal whose segment they count are hidden until the rebuild ends, and are deleted.
 * Others stay visible until then. A transaction that also allocates a log position must call this first.
 */
export async function forgetSegments(client: PoolClient): Promise<void> {
  const rows = await queryRows<{ stream: string }>(
    client,
    `SELECT DISTINCT stream FROM stream_versions WHERE segment_use <> 'NONE' AND state <> 'GONE'`,
  );
  if (rows.length === 0) return;
  const ids = rows.map(({ stream }) => stream);
  await lockStreams(client, ids);
  await execute(client, 'UPDATE streams SET rebuild = true WHERE id = ANY($1)', [ids]);
  // Lists of late events have the keys and the ids of events.
  await execute(client, 'DELETE FROM stream_late WHERE stream = ANY($1)', [ids]);
  await execute(
    client,
    `UPDATE streams SET shown = NULL WHERE id IN (
       SELECT stream FROM stream_versions WHERE segment_use = 'IDENTIFIED' AND state <> 'GONE')`,
  );
  await execute(client, `UPDATE stream_versions SET state = 'GONE' WHERE segment_use = 'IDENTIFIED'`);
}

/** Maximum number of rows removed per transaction, so that other transactions do not wait long for row locks. */
const REMOVED_ROWS = 10_000;

/** Removes the windows that {@link eraseFromStreams} has hidden, in several transactions. Idempotent. */
export async function removeErased(pool: Pool): Promise<void> {
  for (const table of ['stream_windows', 'stream_join_events']) {
    for (let removed = REMOVED_ROWS; removed === REMOVED_ROWS;) {
      const rowCount = await execute(
        pool,
        withLongTimeout(
          `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
           SELECT w.ctid FROM stream_versions v JOIN ${table} w ON w.stream = v.stream AND w.version = v.version
           WHERE v.personal AND v.state = 'GONE' LIMIT $1))`,
          [REMOVED_ROWS],
        ),
      );
      removed = rowCount;
    }
  }
}

/**
 * SQL: identifies the set of live versions (which count events) by its size and its largest version. New versions have
 * increasing numbers, and a removed version never returns. So the set cannot change without a change of its size or its
 * maximum.
 */
export const LIVE_SIGNATURE = `(
  SELECT count(*) || ':' || coalesce(max(version), 0) FROM stream_versions WHERE state IN ('LIVE', 'FILLING'))`;

/** Stops a version: from now on, it counts no events. */
export async function stopVersion(
  client: Pool | PoolClient,
  stream: string,
  version: number,
  state: 'FAILED' | 'FULL',
  reason: string,
): Promise<void> {
  await execute(
    client,
    `UPDATE stream_versions SET state = $3, reason = $4 WHERE stream = $1 AND version = $2 AND state IN ('LIVE', 'FILLING')`,
    [stream, version, state, reason.slice(0, 1_000)],
  );
}

export function readLiveStreams(client: PoolClient) {
  return queryRows<{ stream: string; version: number; spec: StreamSpec }>(
    client,
    `SELECT stream, version, spec FROM stream_versions WHERE state IN ('LIVE', 'FILLING') ORDER BY stream, version`,
  );
}

/** Counts the streams, and returns whether one has this id. */
export function countStreams(client: PoolClient, id: string) {
  return queryOne<{ count: number; known: boolean }>(
    client,
    'SELECT count(*)::int AS count, coalesce(bool_or(id = $1), false) AS known FROM streams',
    [id],
  );
}

export async function insertStream(
  client: PoolClient,
  id: string,
  description: string | null,
  spec: StreamSpec,
  fromPosition: number,
): Promise<void> {
  await execute(client, 'INSERT INTO streams (id, description, spec, from_position) VALUES ($1, $2, $3, $4)', [
    id,
    description,
    JSON.stringify(spec),
    fromPosition,
  ]);
}

export async function updateStream(
  client: PoolClient,
  id: string,
  description: string | null,
  spec: StreamSpec,
): Promise<void> {
  await execute(client, 'UPDATE streams SET description = $2, spec = $3 WHERE id = $1', [
    id,
    description,
    JSON.stringify(spec),
  ]);
}

export function readLateWindows(pool: Pool, id: string): Promise<LateWindow[]> {
  return queryRows<LateWindow>(pool, {
    name: 'late-windows',
    text: `SELECT l.key, l.start_at AS start, l.count, l.ids AS events
           FROM streams s JOIN stream_late l ON l.stream = s.id AND l.version = s.shown WHERE s.id = $1
           ORDER BY l.start_at DESC, l.key COLLATE "C" LIMIT $2`,
    values: [id, MAX_LATE_WINDOWS],
  });
}

/** SQL: whether the stream `s` was compiled by a {@link COMPILE_VERSION} before $1. */
const OUTDATED = `EXISTS (
  SELECT FROM (
    SELECT compile_version FROM stream_versions WHERE stream = s.id AND state <> 'GONE' ORDER BY version DESC LIMIT 1
  ) v WHERE v.compile_version < $1::int)`;

/**
 * SQL: whether a rebuild of the stream `s` is requested and can begin. It begins when the present backfill has ended, so
 * that frequent requests can't keep a backfill from ending.
 */
const REBUILD_DUE = `(s.rebuild AND NOT EXISTS (
  SELECT FROM stream_versions WHERE stream = s.id AND state = 'FILLING'))`;

/** Returns the streams whose requested rebuild can begin, or that an older {@link COMPILE_VERSION} compiled. */
export function readOutdatedStreams(
  client: Pool | PoolClient,
): Promise<Pick<StreamRecord, 'id' | 'spec' | 'fromPosition'>[]> {
  return queryRows<Pick<StreamRecord, 'id' | 'spec' | 'fromPosition'>>(
    client,
    `SELECT id, spec, from_position AS "fromPosition" FROM streams s WHERE spec->>'over' IS NULL AND (${REBUILD_DUE} OR ${OUTDATED})`,
    [COMPILE_VERSION],
  );
}

export async function clearRebuild(client: PoolClient, ids: readonly string[]): Promise<void> {
  await execute(client, 'UPDATE streams SET rebuild = false WHERE id = ANY($1)', [ids]);
}

interface ShownVersionRow {
  readonly asked: StreamSpec;
  readonly version: number | null;
  readonly spec: StreamSpec | null;
  readonly watermark: Date | null;
  readonly keptFrom: Date | null;
  readonly keys: number | null;
}

export function readShownVersion(client: PoolClient, stream: string): Promise<ShownVersionRow | undefined> {
  return queryFirst<ShownVersionRow>(client, {
    name: 'shown-version',
    text: `SELECT s.spec AS asked, v.version, v.spec, v.watermark, v.kept_from AS "keptFrom", v.keys FROM streams s
           LEFT JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown WHERE s.id = $1`,
    values: [stream],
  });
}
