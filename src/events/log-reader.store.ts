import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { queryOne, queryRows } from '../platform/sql';
import type { EventType, LogEvent, LoggedMerge } from './log-event';
import { newestPosition } from './position.store';
import { readIdentityRanges, EVENTS_IN_RANGES, rangeColumns } from './identity-ranges.store';

/** SQL: the event columns that are needed to compute live state (the counts that every event updates). */
export const LIVE_EVENT_COLUMNS = `e.source, e.id, e.type, round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt",
  e.customer_id AS "customerId", e.session_id AS "sessionId", e.product_id AS "productId", e.quantity, e.rating`;

export interface LiveEventRow {
  source: LogEvent['source'];
  id: string;
  type: LogEvent['type'];
  occurredAt: number;
  customerId: string | null;
  sessionId: string | null;
  productId: string | null;
  quantity: number;
  rating: number | null;
}

/**
 * The entries (events and merges) at consecutive log positions. Entries that the learner could not process (quarantined
 * entries) are left out.
 */
export interface LogRange {
  /** The last position of the range, whether or not it has entries. */
  readonly position: number;
  readonly entries: readonly (LogEvent | LoggedMerge)[];
  /** Whether `position` was the end of the log, or the requested last position, when the range was read. */
  readonly atEnd: boolean;
  /**
   * Number of events after the position that the caller passed, up to the end of the log or the requested last
   * position. It is an estimate if these events are in more than 1,000 batches.
   */
  readonly waiting: number;
  /**
   * The position of the newest erasure. Data that was read from the log before that erasure may contain the erased
   * person.
   */
  readonly erasedAt: number;
}

export interface HistorySnapshot {
  /** The log position up to which the log was read. The subject may have no event at this position. */
  readonly position: number;
  /** Whether the subject is a customer who has opted out of profiling. */
  readonly isOptedOut: boolean;
  readonly events: readonly LogEvent[];
}

/** SQL: whether the subject $1 is a customer who has opted out of profiling. */
const IS_OPTED_OUT = `($1 LIKE 'c:%' AND EXISTS (
  SELECT FROM customers WHERE id = substr($1, 3) AND NOT profiling
)) AS "isOptedOut"`;

/** Returns the log position of the newest erasure; 0 if there was none. */
export async function newestErasure(db: Pool | PoolClient): Promise<number> {
  const row = await queryOne<{ position: number }>(db, 'SELECT coalesce(max(position), 0) AS position FROM erasures');
  return row.position;
}

/**
 * Reads about `limit` events after a log position, and the merges between them. Events are in order of position, then
 * of their sequence number in the batch.
 * @param last events after this position are not read
 * @returns `null` if there is no position to read
 */
export async function readLog(pool: Pool, after: number, limit: number, last = Infinity): Promise<LogRange | null> {
  const counter = await queryOne<{ position: number; erasedAt: number }>(pool, {
    name: 'log-end',
    text: `SELECT position, (SELECT coalesce(max(position), 0) FROM erasures) AS "erasedAt" FROM log_position WHERE id = 1`,
  });
  const newest = Math.min(counter.position, last);
  if (newest <= after) return null;
  const batches = await queryRows<{ position: number; events: number }>(pool, {
    name: 'log-batches',
    text: 'SELECT position, events FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position LIMIT 1000',
    values: [after, newest],
  });
  let until = batches.length < 1_000 ? newest : batches.at(-1)!.position;
  const lookedUp = batches.reduce((total, { events }) => total + events, 0);
  const waiting = lookedUp * ((newest - after) / (until - after));
  let sum = 0;
  for (const batch of batches) {
    sum += batch.events;
    if (sum >= limit) {
      until = batch.position;
      break;
    }
  }
  const ends = { atEnd: until === newest, waiting, erasedAt: counter.erasedAt };
  const merges = await readMerges(pool, after, until);
  if (sum === 0) return { position: until, entries: merges, ...ends };
  const rows = await queryRows<LiveEventRow & { position: number; sequence: number }>(pool, {
    name: 'log-slice',
    // LATERAL reads each batch by index: a query plan made while the log was small would otherwise scan all of it.
    text: `SELECT b.position, e.* FROM (
             SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
           ) b CROSS JOIN LATERAL (
             SELECT e.sequence, ${LIVE_EVENT_COLUMNS} FROM events e
             WHERE e.batch = b.batch AND e.set_aside IS NULL ORDER BY e.sequence OFFSET 0
           ) e ORDER BY b.position, e.sequence`,
    values: [after, until],
  });
  const entries: (LogEvent | LoggedMerge)[] = [];
  let next = 0;
  for (const row of rows) {
    while (next < merges.length && merges[next]!.position < row.position) entries.push(merges[next++]!);
    entries.push(toEvent(row));
  }
  return { position: until, entries: entries.concat(merges.slice(next)), ...ends };
}

async function readMerges(pool: Pool, after: number, until: number): Promise<LoggedMerge[]> {
  return queryRows<LoggedMerge>(pool, {
    name: 'merges',
    text: `SELECT position, from_subject AS "from", into_subject AS into FROM merges
           WHERE position > $1 AND position <= $2 AND set_aside IS NULL ORDER BY position`,
    values: [after, until],
  });
}

/**
 * Reads the history of a subject (customer or session): its newest events of some types, including events of subjects
 * that were merged into it.
 * @param limit maximum number of events; the newest by `occurredAt` are returned
 */
export async function readHistory(
  pool: Pool,
  subject: string,
  types: readonly EventType[],
  limit: number,
): Promise<HistorySnapshot> {
  // One statement reads the position and the events, so that both are from one snapshot and take one round trip.
  const rows = await queryRows<{ at: number; merged: boolean; isOptedOut: boolean } & (LiveEventRow | { id: null })>(
    pool,
    {
      name: 'history',
      text: `SELECT p.position AS at, m.merged, ${IS_OPTED_OUT}, e.*
           FROM (SELECT position FROM log_position WHERE id = 1) p
           CROSS JOIN (SELECT EXISTS (
             SELECT FROM merges WHERE (from_subject = $1 OR into_subject = $1) AND set_aside IS NULL
           ) AS merged) m
           LEFT JOIN LATERAL (
             SELECT ${LIVE_EVENT_COLUMNS} FROM events e WHERE e.subject = $1 AND e.type = ANY($2) AND e.set_aside IS NULL
             ORDER BY e.occurred_at DESC LIMIT $3
           ) e ON NOT m.merged`,
      values: [subject, types, limit],
    },
  );
  const { at, merged, isOptedOut } = rows[0]!;
  if (merged) return readMergedHistory(pool, subject, types, limit);
  return { position: at, isOptedOut, events: rows.flatMap((row) => (row.id === null ? [] : toEvent(row))) };
}

/** Reads the history of a subject that is part of a merge. */
function readMergedHistory(
  pool: Pool,
  subject: string,
  types: readonly EventType[],
  limit: number,
): Promise<HistorySnapshot> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const rows = await queryRows<LiveEventRow>(client, {
      name: 'merged-history',
      text: `SELECT ${LIVE_EVENT_COLUMNS} FROM ${EVENTS_IN_RANGES}
             WHERE e.type = ANY($4) AND e.set_aside IS NULL ORDER BY e.occurred_at DESC LIMIT $5`,
      values: [...rangeColumns(await readIdentityRanges(client, subject)), types, limit],
    });
    const { isOptedOut } = await queryOne<{ isOptedOut: boolean }>(client, {
      name: 'opted-out',
      text: `SELECT ${IS_OPTED_OUT}`,
      values: [subject],
    });
    return { position, isOptedOut, events: rows.map(toEvent) };
  });
}

/** Converts a row of {@link LIVE_EVENT_COLUMNS}. */
export function toEvent(row: LiveEventRow): LogEvent {
  return {
    source: row.source,
    id: row.id,
    type: row.type,
    occurredAt: row.occurredAt,
    quantity: row.quantity,
    ...(row.customerId === null ? {} : { customerId: row.customerId }),
    ...(row.sessionId === null ? {} : { sessionId: row.sessionId }),
    ...(row.productId === null ? {} : { productId: row.productId }),
    ...(row.rating === null ? {} : { rating: row.rating }),
  };
}
