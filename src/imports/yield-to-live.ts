import { inboxIsLate } from '../events/inbox-pressure.service';
import { leaseHolder } from '../platform/lease';
import type { Pool } from '../platform/postgres';
import { LEARNER_LEASE } from '../recommend/learner-names';

const LOOK_AGAIN_MS = 200;
/** Of one batch: the past may wait for the present, but not for ever. */
const MAX_PAUSE_MS = 10_000;

/**
 * Pauses while live events wait too long for the workers, who write to the same tables. Where no worker is alive it would
 * help nobody, so there is no pause.
 */
export async function yieldToLive(pool: Pool, onPause: (paused: boolean) => void): Promise<void> {
  const until = performance.now() + MAX_PAUSE_MS;
  let paused = false;
  while (performance.now() < until && (await inboxIsLate(pool)) && (await leaseHolder(pool, LEARNER_LEASE))) {
    if (!paused) onPause((paused = true));
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  if (paused) onPause(false);
}
