import type { PoolClient } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export interface BatchRange {
  /** The last log position of the range. */
  readonly position: number;
  /** Whether the range reaches the end of the log. */
  readonly atEnd: boolean;
}

/**
 * Returns the range of the log after a position that has about `eventCount` events; null at the end of the log. A
 * follower of the log processes one range at a time.
 */
export async function readBatchRange(
  client: PoolClient,
  after: number,
  eventCount: number,
): Promise<BatchRange | null> {
  const { newest, until } = await queryOne<{ newest: number; until: number | null }>(
    client,
    `SELECT l.position AS newest, (
         SELECT max(position) FROM (
           SELECT position, sum(events) OVER (ORDER BY position) - events AS before FROM (
             SELECT position, events FROM log_batches WHERE position > $1 ORDER BY position LIMIT 1000
           ) next
         ) ahead WHERE before < $2
       ) AS until
     FROM log_position l WHERE id = 1`,
    [after, eventCount],
  );
  if (newest <= after) return null;
  // The log can end with positions without an event batch, such as those of merges. The last range covers them too.
  const { more } = await queryOne<{ more: boolean }>(
    client,
    'SELECT EXISTS (SELECT FROM log_batches WHERE position > $1) AS more',
    [until ?? newest],
  );
  const position = more && until !== null ? until : newest;
  return { position, atEnd: position === newest };
}
