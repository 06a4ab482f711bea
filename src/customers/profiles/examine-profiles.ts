import { measureFollower } from '../../events/follower.store';
import { PROFILES_LEASE } from '../../models/customer-leases';
import { ok, warning, type CheckResult } from '../../platform/checks';
import type { Platform } from '../../platform/connect';
import { readSweep } from './profile.store';

/** Profiles are healthy if they are at most this many log positions behind the end of the log. */
const MAX_LAG = 100;
/** A sweep starts once a day. This time (ms) allows for a sweep of a large shop. */
const MAX_SWEEP_AGE_MS = 36 * 3_600_000;

/** Checks that the profiles of customers follow the log. */
export async function examineProfiles({ pool, artefacts }: Pick<Platform, 'pool' | 'artefacts'>): Promise<CheckResult> {
  const active = await Promise.all([artefacts.active('segments'), artefacts.active('value')]);
  if (active.every((version) => version === null))
    return ok('profiles of customers', 'there are none: no version of the models "segments" and "value" is active');
  const { position, newest } = await measureFollower(pool, PROFILES_LEASE);
  const found = `they are computed up to position ${position}; the log is at ${newest}`;
  if (newest - position > MAX_LAG) {
    const advice = 'They should catch up while a worker runs. If they do not, see the log of the workers.';
    return warning('profiles of customers', found, advice);
  }
  const sweep = await readSweep(pool);
  if (sweep !== undefined && Date.now() - sweep.startedAt.getTime() > MAX_SWEEP_AGE_MS) {
    const advice = 'A worker computes all of them once a day: start one. If one is running, see its log.';
    return warning('profiles of customers', `the last sweep started at ${sweep.startedAt.toISOString()}`, advice);
  }
  return ok('profiles of customers', found);
}
