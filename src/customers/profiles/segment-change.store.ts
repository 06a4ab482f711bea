import type { Pool } from '../../platform/postgres';
import { queryFirst, queryRows } from '../../platform/sql';

/** A customer entered or left a segment. */
export interface StoredSegmentChange {
  readonly customerId: string;
  /** The log position of the change. A position has at most one change of a customer. */
  readonly position: number;
  /** Null: the customer was in no segment. */
  readonly previousSegmentId: string | null;
  /** Null: the customer is in no segment. */
  readonly segmentId: string | null;
  readonly changedAt: Date;
}

/** Changes are ordered by position, then by customer. */
export type SegmentChangeKey = Pick<StoredSegmentChange, 'position' | 'customerId'>;

const COLUMNS = `customer_id AS "customerId", position, from_segment AS "previousSegmentId",
  to_segment AS "segmentId", changed_at AS "changedAt"`;
const PROFILED = 'EXISTS (SELECT FROM customers WHERE id = customer_id AND profiling)';

/**
 * Returns up to `count` changes into or out of a segment, newest first, without customers who have opted out.
 * @param before only older changes than this one
 */
export function readSegmentChangesBefore(
  pool: Pool,
  segmentId: string,
  before: SegmentChangeKey,
  count: number,
): Promise<StoredSegmentChange[]> {
  return queryRows<StoredSegmentChange>(pool, {
    name: 'segment-changes-before',
    text: `SELECT * FROM (
             (SELECT ${COLUMNS} FROM profile_changes
              WHERE from_segment = $1 AND to_segment IS DISTINCT FROM $1 AND (position, customer_id) < ($2, $3) AND ${PROFILED}
              ORDER BY position DESC, customer_id DESC LIMIT $4)
             UNION ALL
             (SELECT ${COLUMNS} FROM profile_changes
              WHERE to_segment = $1 AND from_segment IS DISTINCT FROM $1 AND (position, customer_id) < ($2, $3) AND ${PROFILED}
              ORDER BY position DESC, customer_id DESC LIMIT $4)
           ) changes ORDER BY position DESC, "customerId" DESC LIMIT $4`,
    values: [segmentId, before.position, before.customerId, count],
  });
}

/**
 * Returns up to `count` changes after the given one, oldest first. An opt-out counts as leaving the segment.
 * @param segmentId only changes into or out of this segment; null for all
 * @param profiledOnly whether to leave out customers who have opted out
 */
export function readSegmentChangesAfter(
  pool: Pool,
  segmentId: string | null,
  after: SegmentChangeKey,
  count: number,
  { profiledOnly }: { readonly profiledOnly: boolean },
): Promise<StoredSegmentChange[]> {
  const kind = profiledOnly ? 'profiled-' : '';
  const condition = profiledOnly ? `AND ${PROFILED}` : '';
  if (segmentId === null)
    return queryRows<StoredSegmentChange>(pool, {
      name: `all-${kind}segment-changes-after`,
      text: `SELECT ${COLUMNS} FROM profile_changes
             WHERE position >= $1 AND (position, customer_id) > ($1, $2) AND from_segment IS DISTINCT FROM to_segment
               ${condition}
             ORDER BY position, customer_id LIMIT $3`,
      values: [after.position, after.customerId, count],
    });
  return queryRows<StoredSegmentChange>(pool, {
    name: `${kind}segment-changes-after`,
    text: `SELECT * FROM (
             (SELECT ${COLUMNS} FROM profile_changes
              WHERE from_segment = $1 AND to_segment IS DISTINCT FROM $1 AND (position, customer_id) > ($2, $3) ${condition}
              ORDER BY position, customer_id LIMIT $4)
             UNION ALL
             (SELECT ${COLUMNS} FROM profile_changes
              WHERE to_segment = $1 AND from_segment IS DISTINCT FROM $1 AND (position, customer_id) > ($2, $3) ${condition}
              ORDER BY position, customer_id LIMIT $4)
           ) changes ORDER BY position, "customerId" LIMIT $4`,
    values: [segmentId, after.position, after.customerId, count],
  });
}

/** Returns whether a customer has ever entered or left the segment, as far as changes are retained. */
export async function hasSegmentChanges(pool: Pool, segmentId: string): Promise<boolean> {
  const row = await queryFirst<{ position: number }>(
    pool,
    `(SELECT position FROM profile_changes WHERE from_segment = $1 LIMIT 1)
     UNION ALL (SELECT position FROM profile_changes WHERE to_segment = $1 LIMIT 1)`,
    [segmentId],
  );
  return row !== undefined;
}
