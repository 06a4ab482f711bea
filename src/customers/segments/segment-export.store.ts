import type { Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

/** Returns up to `count` customers in a segment after the given id, in the order of ids. @param segmentId null: in any */
export function readMembersForExport(pool: Pool, segmentId: string | null, after: string, count: number) {
  return queryRows<{ customerId: string; segmentId: string | null; segmentSince: Date | null }>(
    pool,
    `SELECT customer_id AS "customerId", segment_id AS "segmentId", segment_since AS "segmentSince"
     FROM customer_profiles
     WHERE customer_id > $2 AND segment_id IS NOT NULL AND ($1::text IS NULL OR segment_id = $1)
     ORDER BY customer_id LIMIT $3`,
    [segmentId, after, count],
  );
}

/**
 * Returns up to `count` entries into segments and exits after the given one, oldest first, without customers who have
 * opted out.
 * @param segmentId null: of all segments
 */
export function readChangesForExport(
  pool: Pool,
  segmentId: string | null,
  after: { readonly position: number; readonly customerId: string },
  count: number,
) {
  return queryRows<{
    customerId: string;
    position: number;
    previousSegmentId: string | null;
    segmentId: string | null;
    changedAt: Date;
  }>(
    pool,
    `SELECT customer_id AS "customerId", position, from_segment AS "previousSegmentId", to_segment AS "segmentId",
       changed_at AS "changedAt"
     FROM profile_changes
     WHERE position >= $2 AND (position, customer_id) > ($2, $3) AND from_segment IS DISTINCT FROM to_segment
       AND ($1::text IS NULL OR from_segment = $1 OR to_segment = $1)
       AND EXISTS (SELECT FROM customers WHERE id = customer_id AND profiling)
     ORDER BY position, customer_id LIMIT $4`,
    [segmentId, after.position, after.customerId, count],
  );
}
