import { subjectOfCustomer } from '../events/log-event';
import { readHistory } from '../events/log-reader.store';
import type { LogChange } from '../events/position.store';
import type { Pool } from '../platform/postgres';
import { CustomerHistory } from '../live-state/history';
import { isSignal, SIGNAL_EVENT_TYPES } from '../live-state/signals';
import { SubjectCache } from './subject-cache';

/** A history is computed from at most this many events, the newest. Older ones say little about current interests. */
const MAX_EVENTS = 5_000;

/** The history of a customer who has opted out of profiling. */
class UnprofiledHistory extends CustomerHistory {
  /** A history without events, which everything but the customer's own records gets. */
  readonly empty = new CustomerHistory();
}

/**
 * The recently requested histories of customers and sessions. A customer who has opted out of profiling has an empty
 * history for every reader but {@link getRecord}.
 */
export class HistoriesReadModel extends SubjectCache<CustomerHistory> {
  constructor(pool: Pool, maxSubjects: number) {
    super({
      maxSubjects,
      load: async (subject) => {
        const { position, isOptedOut, events } = await readHistory(pool, subject, SIGNAL_EVENT_TYPES, MAX_EVENTS);
        const value = isOptedOut ? new UnprofiledHistory() : new CustomerHistory();
        for (const event of events) value.apply(event);
        return { position, value };
      },
      isRelevant: isSignal,
      apply: (history, event) => history.apply(event),
    });
  }

  protected override applyChange(change: LogChange, position: number): void {
    const changed = (change.profiles ?? []).flatMap(({ customerId, changesProfiling }) =>
      changesProfiling ? subjectOfCustomer(customerId) : [],
    );
    super.applyChange(
      changed.length === 0 ? change : { ...change, reread: [...(change.reread ?? []), ...changed] },
      position,
    );
  }

  override async get(subject: string): Promise<CustomerHistory> {
    return forProfiling(await super.get(subject));
  }

  override peek(subject: string): CustomerHistory | undefined {
    const history = super.peek(subject);
    return history && forProfiling(history);
  }

  /**
   * Returns the history to show the person what is recorded, such as the products that were viewed last. Nothing may be
   * derived from it.
   */
  getRecord(subject: string): Promise<CustomerHistory> {
    return super.get(subject);
  }

  /** Like `peek`, for {@link getRecord}. */
  peekRecord(subject: string): CustomerHistory | undefined {
    return super.peek(subject);
  }

  async isOptedOut(subject: string): Promise<boolean> {
    return (await super.get(subject)) instanceof UnprofiledHistory;
  }
}

function forProfiling(history: CustomerHistory): CustomerHistory {
  return history instanceof UnprofiledHistory ? history.empty : history;
}
