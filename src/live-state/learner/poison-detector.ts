import { isMerge, type LogEvent, type LoggedMerge } from '../../events/log-event';
import { eventIdentity } from '../../events/stored-event';

/** Number of failures after which an entry counts as the cause. Ingestion makes as many attempts per batch. */
const MAX_ATTEMPTS = 3;
/** V8's messages for an exhausted heap or a failed allocation. */
const OUT_OF_MEMORY = /allocation failed|out of memory|maximum size exceeded/i;

/** Returns whether an error means that the process ran out of memory, so that the current entry is not its cause. */
export function isOutOfMemory(error: Error): boolean {
  return OUT_OF_MEMORY.test(error.message);
}

/** Distinguishes an entry that breaks the learner from an entry that was being applied when something else failed. */
export class PoisonDetector {
  private lastIdentity: string | undefined;
  private attempts = 0;

  /**
   * Counts a failure.
   * @returns whether this entry is the cause: it failed three times, with no other failure in between
   */
  isPoison(entry: LogEvent | LoggedMerge): boolean {
    const identity = isMerge(entry) ? `merge ${entry.position}` : eventIdentity(entry);
    if (identity !== this.lastIdentity) this.attempts = 0;
    this.lastIdentity = identity;
    return ++this.attempts >= MAX_ATTEMPTS;
  }
}
