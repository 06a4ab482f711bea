import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryRows } from '../platform/sql';

/** SQL: the segment of customers without an order. */
const NEW_SEGMENT_SQL = `'NEW'`;

/**
 * Returns the ids of the segments in which customers were as of given log positions, in the order of `requests`: by the
 * newest change of the segment, or `NEW` for a customer who was in no segment while customers without an order were NEW.
 * It is `undefined` for a customer who has opted out of profiling, also as of positions before the newest change of
 * `profiling`, because an opt-out makes the earlier segments forgotten.
 */
export async function segmentsAsOf(
  client: Pool | PoolClient,
  requests: readonly { readonly id: string; readonly position: number }[],
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = new Array<undefined>(requests.length).fill(undefined);
  if (requests.length === 0) return found;
  const rows = await queryRows<{ at: number; segment: string | null }>(client, {
    name: 'segments-as-of',
    // Changes from a segment to the same one are deleted within hours, so they must not matter.
    text: `SELECT k.at::int AS at, coalesce(
             (SELECT to_segment FROM profile_changes
              WHERE customer_id = k.id AND position <= k.position AND from_segment IS DISTINCT FROM to_segment
              ORDER BY position DESC LIMIT 1),
             CASE WHEN (SELECT active FROM segment_periods WHERE position <= k.position ORDER BY position DESC LIMIT 1)
               THEN ${NEW_SEGMENT_SQL} END
           ) AS segment
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS k (id, position, at)
           WHERE NOT EXISTS (
             SELECT FROM customers c WHERE c.id = k.id AND (NOT c.profiling OR c.profiling_since > k.position)
           )`,
    values: [requests.map(({ id }) => id), requests.map(({ position }) => position)],
  });
  for (const { at, segment } of rows) found[at - 1] = segment ?? undefined;
  return found;
}

/** Returns whether customers without an order are NEW as of the end of the log. */
export async function isNewActive(client: Pool | PoolClient): Promise<boolean> {
  const row = await queryFirst<{ active: boolean }>(
    client,
    'SELECT active FROM segment_periods ORDER BY position DESC LIMIT 1',
  );
  return row?.active ?? false;
}

/** Stores that customers without an order are NEW, or no longer, from a log position on. */
export async function storeSegmentPeriod(client: PoolClient, position: number, active: boolean): Promise<void> {
  await execute(client, 'INSERT INTO segment_periods (position, active) VALUES ($1, $2)', [position, active]);
}
