import { Lease, leaseHolder } from '../platform/lease';
import { Learner, LEARNER_LEASE, type LearnerOptions } from './learner.service';

const POLL_MS = 100;
const LEASE_MS = 6_000;

/**
 * Resolves when the shop's live state covers a position of the log. Where no worker is learning, it is done here.
 * @param onProgress told how far the learner has come
 */
export async function awaitLearned(
  options: LearnerOptions,
  position: number,
  onProgress: (position: number) => void = () => undefined,
): Promise<void> {
  for (;;) {
    const holder = await leaseHolder(options.pool, LEARNER_LEASE);
    if (holder) {
      onProgress(holder.position);
      if (holder.position >= position) return;
    } else {
      const lease = await Lease.acquire(options.pool, options.log, LEARNER_LEASE, LEASE_MS);
      if (lease && (await new Learner(options).catchUp(lease, onProgress)) >= position) return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
