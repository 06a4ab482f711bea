import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryOne, queryRows } from '../../platform/sql';
import type { LiveStream } from '../live-stream';
import type { JoinCandidate, EventAddress } from './join-candidate';
import {
  expiresAt,
  MAX_EVENTS_PER_BUCKET,
  MAX_PARTNERS,
  partnersAt,
  bucketAt,
  type Interval,
} from './symmetric-hash-join';

/** Maximum number of rows per look-up of partners in the join buffer, where events wait for later partners. */
const MAX_ROWS = 5_000;
/** A look-up of the partners of this many events never exceeds {@link MAX_ROWS}. */
export const SAFE_LOOKUP_EVENTS = Math.floor((MAX_ROWS - 1) / MAX_PARTNERS);

/** Returns a text that identifies the bucket of an event: its key, side and time range, and whether it is imported. */
export function bucketIdOf({ key, isOther, imported, occurredAt }: JoinCandidate, interval: Interval): string {
  return `${key} ${isOther} ${imported} ${bucketAt(occurredAt, interval).from}`;
}

/**
 * Counts the stored events in each bucket of the candidates, up to {@link MAX_EVENTS_PER_BUCKET}.
 * @returns the counts by {@link bucketIdOf}, without empty buckets
 */
export async function countBufferedByBucket(
  client: PoolClient,
  { stream, version }: LiveStream,
  interval: Interval,
  candidates: readonly JoinCandidate[],
): Promise<ReadonlyMap<string, number>> {
  const candidateByBucket = new Map(candidates.map((candidate) => [bucketIdOf(candidate, interval), candidate]));
  const asked = [...candidateByBucket.values()];
  const timeRanges = asked.map(({ occurredAt }) => bucketAt(occurredAt, interval));
  const rows = await queryRows<{ n: number; count: number }>(client, {
    name: 'join-crowds',
    // The ORDER BY forces an index scan, even in a cached plan from when the table was small.
    text: `SELECT c.n::int, j.count::int
           FROM unnest($3::bytea[], $4::boolean[], $5::boolean[], $6::float8[], $7::float8[])
             WITH ORDINALITY AS c (key, is_other, imported, from_ms, to_ms, n)
           CROSS JOIN LATERAL (SELECT count(*) FROM (
             SELECT 1 FROM stream_join_events j
             WHERE j.stream = $1 AND j.version = $2 AND j.key = c.key AND j.is_other = c.is_other AND j.imported = c.imported
               AND j.occurred_at >= to_timestamp(c.from_ms / 1000.0) AND j.occurred_at < to_timestamp(c.to_ms / 1000.0)
             ORDER BY j.occurred_at LIMIT $8) crowd) j WHERE j.count > 0`,
    values: [
      stream,
      version,
      asked.map(({ key }) => Buffer.from(key, 'hex')),
      asked.map(({ isOther }) => isOther),
      asked.map(({ imported }) => imported),
      timeRanges.map(({ from }) => from),
      timeRanges.map(({ to }) => to),
      MAX_EVENTS_PER_BUCKET,
    ],
  });
  const names = [...candidateByBucket.keys()];
  return new Map(rows.map(({ n, count }) => [names[n - 1]!, count]));
}

/**
 * Reads the partners of events from the join buffer.
 * @returns up to {@link MAX_PARTNERS} partners for each event; null if there are too many rows for one look-up, which
 *   happens only for more than {@link SAFE_LOOKUP_EVENTS} events
 */
export async function readBufferedPartners(
  client: PoolClient,
  { stream, version }: LiveStream,
  interval: Interval,
  candidates: readonly JoinCandidate[],
): Promise<JoinCandidate[][] | null> {
  const ranges = candidates.map((candidate) => partnersAt(candidate, interval));
  const rows = await queryRows<EventAddress & { n: number; at: number }>(client, {
    name: 'join-partners',
    text: `SELECT c.n::int, j.position, j.sequence, round(extract(epoch FROM j.occurred_at) * 1000)::float8 AS at
           FROM unnest($3::bytea[], $4::boolean[], $5::boolean[], $6::float8[], $7::float8[], $8::bigint[], $9::int[])
             WITH ORDINALITY AS c (key, is_other, imported, from_ms, to_ms, position, sequence, n)
           CROSS JOIN LATERAL (
             SELECT j.position, j.sequence, j.occurred_at FROM stream_join_events j
             WHERE j.stream = $1 AND j.version = $2 AND j.key = c.key AND j.is_other = c.is_other
               AND j.imported = c.imported AND j.occurred_at >= to_timestamp(c.from_ms / 1000.0)
               AND j.occurred_at <= to_timestamp(c.to_ms / 1000.0) AND (j.position, j.sequence) <> (c.position, c.sequence)
             ORDER BY j.occurred_at LIMIT $10
           ) j LIMIT $11`,
    values: [
      stream,
      version,
      candidates.map(({ key }) => Buffer.from(key, 'hex')),
      candidates.map(({ isOther }) => !isOther),
      candidates.map(({ imported }) => imported),
      ranges.map(({ from }) => from),
      ranges.map(({ to }) => to),
      candidates.map(({ position }) => position),
      candidates.map(({ sequence }) => sequence),
      MAX_PARTNERS,
      MAX_ROWS,
    ],
  });
  if (rows.length === MAX_ROWS) return null;
  const found = candidates.map((): JoinCandidate[] => []);
  for (const { n, position, sequence, at } of rows) {
    const { key, isOther, imported } = candidates[n - 1]!;
    found[n - 1]!.push({ key, isOther: !isOther, imported, occurredAt: at, position, sequence });
  }
  return found;
}

/**
 * Adds events to the join buffer, where they wait for partners. The caller must hold the row lock of the stream
 * version.
 */
export async function addToJoinBuffer(
  client: PoolClient,
  { stream, version }: LiveStream,
  interval: Interval,
  candidates: readonly JoinCandidate[],
): Promise<void> {
  if (candidates.length === 0) return;
  await execute(client, {
    name: 'remember-join-events',
    text: `INSERT INTO stream_join_events (stream, version, key, is_other, imported, occurred_at, position, sequence, last_at)
           SELECT $1, $2, key, is_other, imported, to_timestamp(at_ms / 1000.0), position, sequence, to_timestamp(last_ms / 1000.0)
           FROM unnest($3::bytea[], $4::boolean[], $5::boolean[], $6::float8[], $7::bigint[], $8::int[], $9::float8[])
             AS c (key, is_other, imported, at_ms, position, sequence, last_ms)`,
    values: [
      stream,
      version,
      candidates.map(({ key }) => Buffer.from(key, 'hex')),
      candidates.map(({ isOther }) => isOther),
      candidates.map(({ imported }) => imported),
      candidates.map(({ occurredAt }) => occurredAt),
      candidates.map(({ position }) => position),
      candidates.map(({ sequence }) => sequence),
      candidates.map((candidate) => expiresAt(candidate, interval)),
    ],
  });
}

/**
 * Removes up to `maxEvents` events that expired before `before` from the join buffer.
 * @param imported whether to remove imported events; if false, removes live (not imported) events
 * @returns the number of removed events
 */
export async function removeFromJoinBuffer(
  client: PoolClient,
  { stream, version }: LiveStream,
  imported: boolean,
  before: number,
  maxEvents: number,
): Promise<number> {
  if (!Number.isFinite(before)) return 0;
  return execute(client, {
    name: 'forget-join-events',
    text: `DELETE FROM stream_join_events WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM stream_join_events WHERE stream = $1 AND version = $2 AND imported = $3
               AND last_at < to_timestamp($4::float8 / 1000.0) ORDER BY last_at LIMIT $5))`,
    values: [stream, version, imported, before, maxEvents],
  });
}

/**
 * Adds `sizeChange` to the stored size of the join buffer, and `overflowCount` to the number of events that were not
 * paired because their bucket was full.
 */
export async function updateJoinCounts(
  client: PoolClient,
  { stream, version }: LiveStream,
  sizeChange: number,
  overflowCount = 0,
): Promise<void> {
  if (sizeChange === 0 && overflowCount === 0) return;
  await execute(client, {
    name: 'note-remembered',
    text: 'UPDATE stream_versions SET remembered = remembered + $3, crowded = crowded + $4 WHERE stream = $1 AND version = $2',
    values: [stream, version, sizeChange, overflowCount],
  });
}

/**
 * Returns a lower bound for the `receivedAt` of all live (not imported) events after a log position, including those
 * not in the log yet. Reads only the first event of each batch, because a batch is in order of receipt.
 * @param maxDelayMs maximum time between the receipt of an event and its entry in the log
 */
export async function oldestReceivedAfter(
  client: Pool | PoolClient,
  position: number,
  maxDelayMs: number,
): Promise<number> {
  const row = await queryOne<{ oldest: Date }>(
    client,
    withLongTimeout(
      `SELECT least(
         now() - $2 * interval '1 ms',
         (SELECT min(received_at) FROM inbox WHERE done_at IS NULL),
         (SELECT min(e.received_at) FROM log_batches b CROSS JOIN LATERAL (
            SELECT received_at, backfill FROM events WHERE batch = b.batch ORDER BY sequence LIMIT 1) e
          WHERE b.position > $1 AND NOT e.backfill)) AS oldest`,
      [position, maxDelayMs],
    ),
  );
  return row.oldest.getTime();
}
