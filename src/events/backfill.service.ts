import { inTransaction, type Pool } from '../platform/postgres';
import { countInStreams } from '../streams/live-streams.service';
import { appendEvents } from './log-writer';
import type { Outbox } from './outbox';
import { newestPosition, takePosition, type LogChange } from './position';
import type { StoredEvent } from './stored-event';

export interface Backfilled {
  readonly inserted: number;
  readonly unchanged: number;
  readonly conflicts: readonly StoredEvent[];
  /** Of people who were erased. */
  readonly erased: readonly StoredEvent[];
  /** The log's position that holds them all. */
  readonly position: number;
}

/** Told instead of the events themselves: there are too many, and they are old. */
const CHANGE: LogChange = { reload: 'histories' };

/**
 * The past, straight into the log: the same identity and the same gapless positions as live events, without the inbox.
 * Backfills never move a live watermark.
 */
export class BackfillService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly now: () => number = Date.now,
  ) {}

  /** One transaction; repeating it changes nothing. */
  async append(events: readonly StoredEvent[]): Promise<Backfilled> {
    const { appended, position } = await inTransaction(this.pool, async (client) => {
      const now = new Date(this.now());
      const arrived = { receivedAt: () => now, backfill: true };
      const appended = await appendEvents(client, events, arrived);
      await countInStreams(this.pool, client, appended, arrived);
      const count = appended.inserted.length;
      const { batch, knownAt } = appended;
      const position = count > 0 ? await takePosition(client, CHANGE, { batch, events: count, knownAt }) : null;
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
