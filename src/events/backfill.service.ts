import type { RefusedEvent } from './append-events.store';
import type { EventLog } from './event-log';
import { historicalChange } from './historical-change';
import type { StoredEvent } from './stored-event';

export interface BackfillResult {
  /** The events that are new to the log. */
  readonly inserted: readonly StoredEvent[];
  readonly unchanged: number;
  readonly conflicts: readonly StoredEvent[];
  /** Events of erased people. They were dropped. */
  readonly erased: readonly StoredEvent[];
  /** Events that contradict stored data. They were not inserted. */
  readonly refused: readonly RefusedEvent[];
  /** A log position at which all inserted events are in the log. */
  readonly position: number;
}

/**
 * Appends historical events directly to the log, without the inbox. Like live events, they are deduplicated by identity
 * and get log positions. Unlike live events, they never advance the watermarks of streams.
 */
export class BackfillService {
  constructor(private readonly eventLog: EventLog) {}

  /** Appends the events in one transaction. The operation is idempotent. */
  async append(events: readonly StoredEvent[]): Promise<BackfillResult> {
    const { appended, position } = await this.eventLog.commit(async ({ append }) => {
      const now = new Date();
      const appended = await append(events, { receivedAt: () => now, backfill: true });
      return { appended, change: appended.inserted.length > 0 ? historicalChange(appended.inserted) : null };
    });
    return {
      inserted: appended.inserted,
      unchanged: appended.duplicates,
      conflicts: appended.conflicts,
      erased: appended.erased,
      refused: appended.refused,
      position,
    };
  }
}
