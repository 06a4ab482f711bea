import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export async function countRejectedEvents(pool: Pool): Promise<number> {
  const row = await queryOne<{ count: number }>(pool, 'SELECT count(*)::int AS count FROM rejected_events');
  return row.count;
}

/** Returns the number of parcels that have scans, not all of them voided, and no record, and the age (ms) of the oldest of their first scans. */
export function measureUnrecordedShipments(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(started_at)) * 1000, 0) AS "oldestAgeMs"
     FROM shipments WHERE order_id IS NULL AND scans <> '[]'`,
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

/**
 * Returns the number of line items of ads, the number of log positions that are not billed, and the number of campaigns
 * and days whose spend by day differs from that by product.
 */
export function measureAdBilling(pool: Pool): Promise<{ lineItems: number; behind: number; wrongDays: number }> {
  return queryOne<{ lineItems: number; behind: number; wrongDays: number }>(
    pool,
    `SELECT (SELECT count(*) FROM ad_objects WHERE kind = 'LINE_ITEM')::int AS "lineItems",
       (SELECT l.position - coalesce((SELECT position FROM followers WHERE name = 'ad-billing'), 0)
        FROM log_position l WHERE id = 1)::float8 AS behind,
       (SELECT count(*) FROM (
          SELECT campaign_id, day, sum(spend) AS spend FROM ad_days GROUP BY campaign_id, day HAVING sum(spend) > 0
        ) p FULL JOIN ad_spend d USING (campaign_id, day) WHERE p.spend IS DISTINCT FROM d.spend)::int AS "wrongDays"`,
  );
}
