import { type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { measurePendingErasures } from '../events/pending-erasures.store';

/** Erasures wait for up to `erasureIntervalMs`. Then they are executed together, which takes at most this long (ms). */
const MAX_ERASURE_GROUP_MS = 300_000;

/** Whether erasures are executed. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [await check(platform)];

async function check({ pool, config }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measurePendingErasures(pool);
  if (count === 0) return ok('erasures', 'every requested erasure is done');
  const found = `${count} requested erasures are pending, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < config.erasureIntervalMs + MAX_ERASURE_GROUP_MS) return ok('erasures', found);
  const advice =
    'Workers carry out erasures: start one. If one is running, its log has the reason ("an erasure failed and is postponed"); an erasure is retried at least once an hour.';
  return warning('erasures', found, advice);
}
