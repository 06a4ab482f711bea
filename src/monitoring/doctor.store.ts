import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export async function countRejectedEvents(pool: Pool): Promise<number> {
  const row = await queryOne<{ count: number }>(pool, 'SELECT count(*)::int AS count FROM rejected_events');
  return row.count;
}

/** Returns the number of parcels that have scans and no record, and the age (ms) of the oldest of their first scans. */
export function measureUnrecordedShipments(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(started_at)) * 1000, 0) AS "oldestAgeMs"
     FROM shipments WHERE order_id IS NULL`,
  );
}

/** Returns the number of messages in conversations that wait for an automatic answer, and the age (ms) of the oldest. */
export function measureUnansweredMessages(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(sent_at)) * 1000, 0) AS "oldestAgeMs"
     FROM conversation_messages WHERE awaits_answer`,
  );
}

/** Returns the number of requests about orders that the shop has not decided, and the age (ms) of the oldest. */
export function measureOrderRequests(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(requested_at)) * 1000, 0) AS "oldestAgeMs"
     FROM order_requests WHERE state = 'REQUESTED'`,
  );
}

/**
 * Returns the number of customers and sessions whose visits and orders are due to be computed again, and for how many
 * milliseconds the oldest has been due. Those of a running import are due after it, and not counted.
 */
export function measureOutdatedVisitors(pool: Pool): Promise<{ count: number; ageMs: number }> {
  return queryOne<{ count: number; ageMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(due_at)) * 1000, 0)::float8 AS "ageMs"
     FROM outdated_visitors WHERE due_at <= now()`,
  );
}
