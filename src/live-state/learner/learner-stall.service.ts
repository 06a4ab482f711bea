import { runPeriodically } from '../../platform/run-periodically';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { type LearnerStall, measureLearnerStall } from './learner-stall.store';

/** A learner that has events to learn but makes no progress for this time is stalled. */
const LEARNER_STALL_MS = 20_000;

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
