import { isInboxLate } from '../events/inbox-pressure.store';
import { PROFILES_LEASE } from '../models/customer-leases';
import { leaseHolder } from '../platform/lease';
import type { Pool } from '../platform/postgres';

const POLL_INTERVAL_MS = 200;
/** Maximum pause before one batch, so that live events can't stop an import completely. */
const MAX_PAUSE_MS = 10_000;

/**
 * Pauses while live events wait too long for the workers, which write to the same tables. If no worker is running, a
 * pause is useless and the function returns immediately. Only workers hold the lease of profiles; an import may hold the
 * learner's.
 */
export async function yieldToLive(pool: Pool, onPause: (paused: boolean) => void): Promise<void> {
  const until = performance.now() + MAX_PAUSE_MS;
  let paused = false;
  while (performance.now() < until && (await isInboxLate(pool)) && (await leaseHolder(pool, PROFILES_LEASE))) {
    if (!paused) onPause((paused = true));
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  if (paused) onPause(false);
}
