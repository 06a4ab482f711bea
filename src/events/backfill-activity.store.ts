import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

/** A backfill (import of historical events) has paused if no batch of it was written for this long. */
const PAUSE_MS = 10_000;
/** How long automatic work on models waits for backfills at most. A shop may import something all the time. */
const MAX_WAIT_MS = 3_600_000;

/** Returns whether a backfill is running: it has not paused. */
export async function isBackfillRunning(pool: Pool): Promise<boolean> {
  const { running } = await queryOne<{ running: boolean }>(pool, {
    name: 'backfill-running',
    text: `SELECT coalesce((
             SELECT committed_at > now() - $1 * interval '1 ms' FROM log_batches WHERE backfill
             ORDER BY position DESC LIMIT 1
           ), false) AS running`,
    values: [PAUSE_MS],
  });
  return running;
}

/**
 * Returns whether backfills are running that work on the whole log should wait for: it would slow them down, and would
 * have to be done again after them. It waits until they have paused for ten seconds, at most an hour.
 * @param position the log position up to which the last such work has read
 */
export async function mustWaitForBackfills(pool: Pool, position: number): Promise<boolean> {
  const { running } = await queryOne<{ running: boolean }>(pool, {
    name: 'backfill-activity',
    text: `SELECT coalesce((
               SELECT committed_at > now() - $2 * interval '1 ms' FROM log_batches WHERE backfill
               ORDER BY position DESC LIMIT 1
             ) AND (
               SELECT committed_at > now() - $3 * interval '1 ms' FROM log_batches WHERE backfill AND position > $1
               ORDER BY position LIMIT 1
             ), false) AS running`,
    values: [position, PAUSE_MS, MAX_WAIT_MS],
  });
  return running;
}
