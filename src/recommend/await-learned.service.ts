import { FencedOff } from '../platform/artefacts';
import { Lease, leaseHolder, leasePosition } from '../platform/lease';
import { LEARNER_LEASE } from './learner-names';
import { Learner, type LearnerOptions } from './learner.service';

const POLL_MS = 100;
const LEASE_MS = 6_000;

/**
 * Resolves when the shop's live state covers a position of the log. Where no worker is learning, it is done here.
 * @param onProgress told the share of the way from where the learner stands now that it has come, from 0 to 1
 */
export async function awaitLearned(
  options: LearnerOptions,
  position: number,
  onProgress: (share: number) => void = () => undefined,
): Promise<void> {
  const from = await leasePosition(options.pool, LEARNER_LEASE);
  const tell = (at: number) => onProgress(at >= position ? 1 : Math.max(0, (at - from) / (position - from)));
  tell(from);
  for (;;) {
    const holder = await leaseHolder(options.pool, LEARNER_LEASE);
    if (holder) {
      tell(holder.position);
      if (holder.position >= position) return;
    } else {
      const lease = await Lease.acquire(options.pool, options.log, LEARNER_LEASE, LEASE_MS);
      if (lease && (await catchUp(options, lease, tell)) >= position) return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @returns how far it came; −1 where a worker has taken over meanwhile */
async function catchUp(options: LearnerOptions, lease: Lease, tell: (at: number) => void): Promise<number> {
  try {
    return await new Learner(options).catchUp(lease, tell);
  } catch (error) {
    if (error instanceof FencedOff) return -1;
    throw error;
  }
}
