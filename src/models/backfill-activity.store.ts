import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

/**
 * A backfill (import of historical events) has paused if no batch of it was written for this long. It is longer than the
 * pauses that an import makes for live events, and than those between the files of one import.
 */
const PAUSE_MS = 30_000;

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
