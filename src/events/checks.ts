import { type CheckResult, fault, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { VERSION } from '../platform/version';
import { measureInbox, measureUnreadable } from './inbox-pressure.store';
import { measurePendingMerges } from './pending-merges.store';
import { countRejectedEvents } from './rejected-event.store';

/** Work that waits for less than this time (ms) is not a fault, because a burst of events can cause the delay. */
const MAX_BURST_MS = 10_000;

/** Whether everything that was accepted is in the log. */
export const checks = (platform: Platform): Promise<CheckResult[]> =>
  Promise.all([checkInbox(platform), checkMerges(platform), checkRejectedEvents(platform)]);

async function checkInbox({ pool }: Platform): Promise<CheckResult> {
  const unreadable = await measureUnreadable(pool);
  if (unreadable !== null) {
    const { count, minRelease } = unreadable;
    const found = `${count} accepted batches need Freshet ${minRelease} or newer; this is ${VERSION}`;
    return fault('inbox', found, 'Start a worker process of that release; this release leaves the batches unchanged.');
  }
  const { ageMs, events } = await measureInbox(pool);
  if (events === 0) return ok('inbox', 'every accepted event is in the log');
  const found = `${events} accepted events wait, the oldest for ${(ageMs / 1_000).toFixed(1)} s`;
  if (ageMs < MAX_BURST_MS) return ok('inbox', found);
  return fault('inbox', found, 'Start a worker process, or more of them; if they are running, see their logs.');
}

async function checkMerges({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measurePendingMerges(pool);
  if (count === 0) return ok('merges', 'every acknowledged merge is in the log');
  const found = `${count} acknowledged merges wait for events in the inbox, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < MAX_BURST_MS) return ok('merges', found);
  return warning('merges', found, 'They complete when these events are in the log; see the check "inbox".');
}

async function checkRejectedEvents({ pool }: Platform): Promise<CheckResult> {
  const count = await countRejectedEvents(pool);
  if (count === 0) return ok('rejected events', 'there are none');
  const advice = 'The query rejectedEvents returns the reasons; the mutation retryRejectedEvents retries them.';
  return warning('rejected events', `${count} events were rejected from the log`, advice);
}
