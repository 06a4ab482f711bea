import type { Pool } from '../../platform/postgres';
import { queryColumn, queryOne, queryRows, type SqlClient } from '../../platform/sql';

/**
 * SQL condition: customer `c` was merged into another one, and has no event of its own since then. Such a customer is in
 * no segment.
 */
export const MERGED_AWAY = `EXISTS (
    SELECT FROM merges m WHERE m.from_subject = 'c:' || c.id AND m.set_aside IS NULL
      AND NOT EXISTS (SELECT FROM events e WHERE e.subject = m.from_subject
                        AND (SELECT position FROM log_batches WHERE batch = e.batch) > m.position)
      AND NOT EXISTS (SELECT FROM merges n WHERE n.into_subject = m.from_subject AND n.position > m.position
                        AND n.set_aside IS NULL))`;

/** Returns the number of customers in each of these segments that has any, by the segment's id. Without `NEW`. */
export async function countMembers(client: SqlClient, segmentIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await queryRows<{ id: string; members: number }>(client, {
    name: 'segment-sizes',
    text: `SELECT id, members FROM unnest($1::text[]) AS asked (id)
           CROSS JOIN LATERAL (SELECT count(*) AS members FROM customer_profiles WHERE segment_id = asked.id) counted`,
    values: [segmentIds],
  });
  return new Map(rows.map(({ id, members }) => [id, members]));
}

/**
 * Counts the entries into segments and the exits from them by day (UTC), without customers who have opted out. Days
 * without changes are left out. An exit counts only with its entry: the log forgets the entries of a customer who opts
 * out at once, and that exit some hours later.
 */
export function countDailyChanges(
  client: SqlClient,
  segmentIds: readonly string[],
  from: Date,
  timeZone: string,
): Promise<{ segmentId: string; day: number; entries: number; exits: number }[]> {
  return queryRows<{ segmentId: string; day: number; entries: number; exits: number }>(client, {
    name: 'segment-changes-by-day',
    text: `SELECT asked.id AS "segmentId", (c.changed_at AT TIME ZONE $3)::date - '1970-01-01'::date AS day,
             count(*) FILTER (WHERE c.is_entry) AS entries, count(*) FILTER (WHERE NOT c.is_entry) AS exits
           FROM unnest($1::text[]) AS asked (id) CROSS JOIN LATERAL (
             SELECT customer_id, changed_at, true AS is_entry FROM profile_changes
             WHERE to_segment = asked.id AND from_segment IS DISTINCT FROM asked.id AND changed_at >= $2
             UNION ALL
             SELECT customer_id, changed_at, false FROM profile_changes gone
             WHERE from_segment = asked.id AND to_segment IS DISTINCT FROM asked.id AND changed_at >= $2
               AND EXISTS (SELECT FROM profile_changes entry WHERE entry.customer_id = gone.customer_id
                             AND entry.position < gone.position AND entry.to_segment = asked.id)
           ) c
           WHERE EXISTS (SELECT FROM customers WHERE id = c.customer_id AND profiling)
           GROUP BY 1, 2`,
    values: [segmentIds, from, timeZone],
  });
}

/** Returns the number of customers who have no profile because they have not ordered. */
export async function countCustomersWithoutOrders(pool: Pool): Promise<number> {
  const row = await queryOne<{ customers: number }>(pool, {
    name: 'customers-without-orders-count',
    text: `SELECT (SELECT count(*) FROM customers WHERE profiling) - (SELECT count(*) FROM customer_profiles)
             - (SELECT count(*) FROM customers c JOIN
                  (SELECT DISTINCT substr(from_subject, 3) AS id FROM merges WHERE from_subject LIKE 'c:%') merged USING (id)
                WHERE profiling AND NOT EXISTS (SELECT FROM customer_profiles WHERE customer_id = c.id)
                  AND ${MERGED_AWAY}) AS customers`,
  });
  return row.customers;
}

/** Returns up to `count` ids of a segment's customers after the given id, in the order of ids. */
export function readMembers(pool: Pool, segmentId: string, after: string, count: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'segment-members',
    text: `SELECT customer_id AS id FROM customer_profiles WHERE segment_id = $1 AND customer_id > $2
           ORDER BY customer_id LIMIT $3`,
    values: [segmentId, after, count],
  });
}

/** As {@link readMembers}, for customers who have no profile because they have not ordered. */
export function readCustomersWithoutOrders(pool: Pool, after: string, count: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'customers-without-orders',
    text: `SELECT id FROM customers c WHERE profiling AND id > $1
             AND NOT EXISTS (SELECT FROM customer_profiles WHERE customer_id = c.id) AND NOT ${MERGED_AWAY}
           ORDER BY id LIMIT $2`,
    values: [after, count],
  });
}
