import type { Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

/** Returns the number of customers in each segment, by the segment's id. */
export async function countMembers(pool: Pool): Promise<Map<string, number>> {
  const rows = await queryRows<{ id: string; members: number }>(pool, {
    name: 'segment-sizes',
    text: `SELECT segment_id AS id, count(*) AS members FROM customer_profiles WHERE segment_id IS NOT NULL GROUP BY 1
           UNION ALL
           SELECT 'NEW', (SELECT count(*) FROM customers WHERE profiling) - (SELECT count(*) FROM customer_profiles)`,
  });
  return new Map(rows.map(({ id, members }) => [id, members]));
}

/** Returns up to `count` ids of a segment's customers after the given id, in the order of ids. */
export async function readMembers(pool: Pool, segmentId: string, after: string, count: number): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(pool, {
    name: 'segment-members',
    text: `SELECT customer_id AS id FROM customer_profiles WHERE segment_id = $1 AND customer_id > $2
           ORDER BY customer_id LIMIT $3`,
    values: [segmentId, after, count],
  });
  return rows.map(({ id }) => id);
}

/** As {@link readMembers}, for customers who have no profile because they have not ordered. */
export async function readCustomersWithoutOrders(pool: Pool, after: string, count: number): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(pool, {
    name: 'customers-without-orders',
    text: `SELECT id FROM customers c WHERE profiling AND id > $1
             AND NOT EXISTS (SELECT FROM customer_profiles WHERE customer_id = c.id)
           ORDER BY id LIMIT $2`,
    values: [after, count],
  });
  return rows.map(({ id }) => id);
}
