import { isMerge, type LogEvent, type LoggedMerge } from '../events/log-event';
import { identityOf } from '../events/stored-event';

/** As often as a batch is tried on its way into the log. */
const MAX_ATTEMPTS = 3;
/** What V8 says when there is no room left. */
const NO_ROOM = /allocation failed|out of memory|maximum size exceeded/i;

/** Whether an error is the process's own fault, whatever it was at. */
export function lacksRoom(error: Error): boolean {
  return NO_ROOM.test(error.message);
}

/** Tells the entry that breaks the learner from one that happened to be there when something else did. */
export class Blame {
  private suspect: string | undefined;
  private attempts = 0;

  /** Counts a failure. @returns whether this entry is what is wrong: it has failed three times, and nothing else in between */
  isDue(entry: LogEvent | LoggedMerge): boolean {
    const place = isMerge(entry) ? `merge ${entry.position}` : identityOf(entry);
    if (place !== this.suspect) this.attempts = 0;
    this.suspect = place;
    return ++this.attempts >= MAX_ATTEMPTS;
  }
}
