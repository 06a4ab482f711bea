import { readHistory } from '../events/log-reader.store';
import type { Pool } from '../platform/postgres';
import { CustomerHistory } from '../live-state/history';
import { isSignal, SIGNAL_EVENT_TYPES } from '../live-state/signals';
import { SubjectCache } from './subject-cache';

/** A history is computed from at most this many events, the newest. Older ones say little about current interests. */
const MAX_EVENTS = 5_000;

/** The recently requested histories of customers and sessions. */
export class HistoriesReadModel extends SubjectCache<CustomerHistory> {
  constructor(pool: Pool, maxSubjects: number) {
    super({
      maxSubjects,
      load: async (subject) => {
        const { position, events } = await readHistory(pool, subject, SIGNAL_EVENT_TYPES, MAX_EVENTS);
        const value = new CustomerHistory();
        for (const event of events) value.apply(event);
        return { position, value };
      },
      isRelevant: isSignal,
      apply: (history, event) => history.apply(event),
    });
  }
}
