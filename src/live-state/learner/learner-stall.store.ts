import type { Pool } from '../../platform/postgres';
import { queryOne } from '../../platform/sql';
import { LEARNER_LEASE } from '../live-state-names';

export interface LearnerStall {
  /** Time without progress although the log has grown, ms; 0 if there is nothing to learn. */
  readonly ms: number;
  /** Log position that the learner has reached. */
  readonly progress: number;
  /** Newest log position. */
  readonly newest: number;
}

/** Compares the position that the learner has stored with the end of the log, whether or not a learner is running. */
export async function measureLearnerStall(pool: Pool): Promise<LearnerStall> {
  const { ms, progress, newest } = await queryOne<LearnerStall>(pool, {
    name: 'learner-stall',
    text: `SELECT l.progress, (SELECT position FROM log_position) AS newest,
             CASE WHEN waiting.committed_at IS NULL THEN 0
               ELSE extract(epoch FROM now() - greatest(l.progressed_at, waiting.committed_at)) * 1000 END::float8 AS ms
           FROM (SELECT coalesce(max(progress), 0) AS progress, max(progressed_at) AS progressed_at FROM leases WHERE name = $1) l
           LEFT JOIN LATERAL (
             SELECT committed_at FROM log_batches WHERE position > l.progress ORDER BY position LIMIT 1
           ) waiting ON true`,
    values: [LEARNER_LEASE],
  });
  return { ms: Math.max(0, ms), progress: Number(progress), newest: Number(newest) };
}
