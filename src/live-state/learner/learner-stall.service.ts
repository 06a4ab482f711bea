import { runPeriodically } from '../../platform/run-periodically';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { queryOne } from '../../platform/sql';
import { LEARNER_LEASE } from '../live-state-names';

/** A learner that has events to learn but makes no progress for this time is stalled. */
const LEARNER_STALL_MS = 20_000;

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

/** Returns a message for operators; `null` if the learner is not stalled. */
export function describeStall({ ms, progress, newest }: LearnerStall): string | null {
  if (ms < LEARNER_STALL_MS) return null;
  return `the learner has made no progress for ${Math.round(ms / 1_000)} s: it has learned up to position ${progress}, the log is at ${newest}`;
}

const MEASURE_INTERVAL_MS = 5_000;

/** Measures the stall every few seconds, so that readers of `reason` never wait for the database. */
export class LearnerStallMonitor {
  /** Why lists are not updated, as of the last measurement; `null` if they are updated. */
  reason: string | null = null;
  private readonly timer: { stop(): Promise<void> };

  constructor(pool: Pool, log: Logger) {
    this.timer = runPeriodically(MEASURE_INTERVAL_MS, log, async () => {
      this.reason = describeStall(await measureLearnerStall(pool));
    });
  }

  stop(): Promise<void> {
    return this.timer.stop();
  }
}
