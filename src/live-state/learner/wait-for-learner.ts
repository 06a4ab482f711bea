import type { Config } from '../../config';
import { Lease, leaseHolder, leasePosition } from '../../platform/lease';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { LEARNER_LEASE } from '../live-state-names';
import { LearnerSupervisor, startLearnerThread } from './learner-supervisor.service';

const POLL_MS = 100;
const LEASE_MS = 6_000;

export interface WaitForLearnerOptions {
  readonly config: Config;
  readonly pool: Pool;
  readonly log: Logger;
}

/**
 * Resolves when the shop's live state includes all events up to a log position. If a worker holds the learner's lease,
 * this process polls the worker's progress. Otherwise it acquires the lease and applies the rest of the log itself.
 * @param onProgress receives the share (0 to 1) of the missing events that have been applied since the call
 */
export async function waitForLearner(
  options: WaitForLearnerOptions,
  position: number,
  onProgress: (share: number) => void = () => undefined,
): Promise<void> {
  const { config, pool, log } = options;
  const from = await leasePosition(pool, LEARNER_LEASE);
  const report = (at: number) => onProgress(at >= position ? 1 : Math.max(0, (at - from) / (position - from)));
  report(from);
  for (;;) {
    const holder = await leaseHolder(pool, LEARNER_LEASE);
    if (holder) {
      report(holder.position);
      if (holder.position >= position) return;
    } else {
      const lease = await Lease.acquire(pool, log, LEARNER_LEASE, LEASE_MS);
      const supervisor = new LearnerSupervisor({ pool, log, start: () => startLearnerThread(config, log) });
      if (lease && (await supervisor.catchUp(lease, report)) >= position) return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
