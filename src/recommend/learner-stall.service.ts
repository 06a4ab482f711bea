import { every } from '../platform/every';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { LEARNER_LEASE } from './learner-names';

/** A learner that has something to learn and gets no further for so long is stuck. */
export const LEARNER_STALL_MS = 20_000;

export interface LearnerStall {
  /** For how long the learner has got no further although the log has; 0 where it has nothing to learn. */
  readonly ms: number;
  /** How far in the log it has come. */
  readonly progress: number;
  readonly newest: number;
}

/** Whether or not a learner runs: what counts is how far the log has been learned. */
export async function measureLearnerStall(pool: Pool): Promise<LearnerStall> {
  const { rows } = await pool.query<LearnerStall>({
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
  const { ms, progress, newest } = rows[0];
  return { ms: Math.max(0, ms), progress: Number(progress), newest: Number(newest) };
}

/** What an operator reads of it; `null` where the learner gets on. */
export function describeStall({ ms, progress, newest }: LearnerStall): string | null {
  if (ms < LEARNER_STALL_MS) return null;
  return `the learner has made no progress for ${Math.round(ms / 1_000)} s: it has learned up to position ${progress}, the log is at ${newest}`;
}

const LOOK_EVERY_MS = 5_000;

/** Looks at the learner every few seconds, so that whoever asks about it waits for nothing. */
export class LearnerStallWatch {
  /** Why lists do not follow the shop, as of the last look; `null` where they do. */
  reason: string | null = null;
  private readonly timer: { stop(): Promise<void> };

  constructor(pool: Pool, log: Logger) {
    this.timer = every(LOOK_EVERY_MS, log, async () => {
      this.reason = describeStall(await measureLearnerStall(pool));
    });
  }

  stop(): Promise<void> {
    return this.timer.stop();
  }
}
