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
 * Returns up to `count` memberships of audiences after the given one, in the order of audiences and customers.
 * @param audienceId null: of all audiences
 */
export function readAudienceMembersForExport(
  pool: Pool,
  audienceId: string | null,
  after: { readonly audienceId: string; readonly customerId: string },
  count: number,
) {
  return queryRows<{ audienceId: string; customerId: string }>(
    pool,
    `SELECT a.id AS "audienceId", m.customer_id AS "customerId"
     FROM audiences a JOIN audience_members m ON m.definition = a.definition
     WHERE (a.id, m.customer_id) > ($2, $3) AND a.id >= $2 AND ($1::text IS NULL OR a.id = $1)
     ORDER BY a.id, m.customer_id LIMIT $4`,
    [audienceId, after.audienceId, after.customerId, count],
  );
}
