import { inTransaction, type Pool } from '../platform/postgres';
import { countInStreams } from '../streams/live-streams.service';
import { appendEvents } from './log-writer';
import type { Outbox } from './outbox';
import { newestPosition, allocatePosition, type LogChange } from './position';
import type { StoredEvent } from './stored-event';

export interface BackfillResult {
  readonly inserted: number;
  readonly unchanged: number;
  readonly conflicts: readonly StoredEvent[];
  /** Events of erased people. They were dropped. */
  readonly erased: readonly StoredEvent[];
  /** A log position at which all inserted events are in the log. */
  readonly position: number;
}

/**
 * The change that a backfill publishes instead of its events, because they are many and old. It makes processes read
 * the histories again.
 */
const CHANGE: LogChange = { reload: 'histories' };

/**
 * Appends historical events directly to the log, without the inbox. Like live events, they are deduplicated by identity
 * and get log positions. Unlike live events, they never advance the watermarks of streams.
 */
export class BackfillService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly now: () => number = Date.now,
  ) {}

  /** Appends the events in one transaction. The operation is idempotent. */
  async append(events: readonly StoredEvent[]): Promise<BackfillResult> {
    const { appended, position } = await inTransaction(this.pool, async (client) => {
      const now = new Date(this.now());
      const arrival = { receivedAt: () => now, backfill: true };
      const appended = await appendEvents(client, events, arrival);
      await countInStreams(this.pool, client, appended, arrival);
      const count = appended.inserted.length;
      const { batch, knownAt } = appended;
      const position = count > 0 ? await allocatePosition(client, CHANGE, { batch, events: count, knownAt }) : null;
      return { appended, position };
    });
    if (position !== null) this.outbox.publish(position, CHANGE);
    return {
      inserted: appended.inserted.length,
      unchanged: appended.duplicates,
      conflicts: appended.conflicts,
      erased: appended.erased,
      position: position ?? (await newestPosition(this.pool)),
    };
  }
}
