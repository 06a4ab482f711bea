import { type CheckResult, fault, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { leaseHolder, leasePosition } from '../platform/lease';
import { newestPosition } from '../events/position.store';
import { whyUnreadable } from './learner/checkpoint.service';
import { describeStall } from './learner/learner-stall.service';
import { measureLearnerStall } from './learner/learner-stall.store';
import { LEARNER_LEASE } from './live-state-names';

/** The learner is healthy if it is at most this many log positions behind the end of the log. */
const MAX_LAG = 100;

/** Whether the learner keeps up with the log. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [await check(platform)];

async function check({ pool, artefacts }: Platform): Promise<CheckResult> {
  const unreadable = await whyUnreadable(artefacts);
  if (unreadable !== null) {
    const relearn = 'npm run -s freshet -- replay --relearn.';
    const advice = unreadable.needsRelease ? `Start the newer release, or run: ${relearn}` : `Run: ${relearn}`;
    return fault('learner', unreadable.message, advice);
  }
  const newest = await newestPosition(pool);
  const stall = describeStall(await measureLearnerStall(pool));
  const holder = await leaseHolder(pool, LEARNER_LEASE);
  const position = holder?.position ?? (await leasePosition(pool, LEARNER_LEASE));
  const found = `it has published up to position ${position}; the log is at ${newest}`;
  if (holder === null && newest !== position)
    return fault('learner', `${found}; no worker is learning`, 'Start a worker process: npm run start:worker.');
  if (stall !== null) {
    const advice = 'See the log of the worker that runs the learner. A learner that hangs is replaced automatically.';
    return fault('learner', `${found}; ${stall}`, advice);
  }
  if (newest - position <= MAX_LAG) return ok('learner', found);
  return warning(
    'learner',
    found,
    'It should catch up. If it does not, see the log of the worker that runs the learner.',
  );
}
