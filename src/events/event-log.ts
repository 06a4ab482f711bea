import type { Platform } from '../platform/connect';
import type { Pool, PoolClient } from '../platform/postgres';
import type { Room } from '../rooms/room';
import { appendEvents, beginBatchStatement, type AppendResult, type ArrivalInfo } from './append-events.store';
import { commitChange, type Committed, type Written } from './commit-change';
import type { LogEffect } from './log-effect';
import { Outbox } from './outbox.service';
import type { LoggedBatch } from './position.store';
import type { StoredEvent } from './stored-event';

/** A transaction that may append one batch of events to the log. */
export interface LogTransaction {
  readonly client: PoolClient;
  /**
   * Appends events and applies all effects to the new ones.
   * @param events in the order in which they were received
   */
  readonly append: (events: readonly StoredEvent[], arrival: ArrivalInfo) => Promise<AppendResult>;
}

/** The log of one shop, with the effects that other rooms apply to each batch of events. */
export class EventLog {
  private readonly beginBatch: ReturnType<typeof beginBatchStatement>;

  constructor(
    readonly pool: Pool,
    readonly outbox: Outbox,
    private readonly effects: readonly LogEffect[],
  ) {
    this.beginBatch = beginBatchStatement(effects);
  }

  /** Like {@link commitChange}, for a transaction that may append events. */
  async commit<W extends Omit<Written, 'batch'> | null>(
    write: (transaction: LogTransaction) => Promise<W>,
  ): Promise<Committed<W>> {
    const afterCommit: (() => void)[] = [];
    const committed = await commitChange(this.outbox, async (client) => {
      let batch: LoggedBatch | undefined;
      const append = async (events: readonly StoredEvent[], arrival: ArrivalInfo) => {
        const { states, ...appended } = await appendEvents(client, events, arrival, this.beginBatch, this.effects);
        for (const [n, effect] of this.effects.entries()) {
          const notify = await effect.apply(client, appended, arrival, states[n]!);
          if (notify) afterCommit.push(notify);
        }
        const { batch: key, inserted, knownAt } = appended;
        batch = { key, events: inserted.length, knownAt, backfill: arrival.backfill };
        return appended;
      };
      const written = await write({ client, append });
      return written && { ...written, batch };
    });
    for (const notify of afterCommit) notify();
    return committed;
  }

  /** Returns the effect of a class. */
  effect<E extends LogEffect>(kind: new (...args: never[]) => E): E | undefined {
    return this.effects.find((effect): effect is E => effect instanceof kind);
  }

  /** Must be called in a transaction that deletes events from the log. */
  async onEventsDeleted(client: PoolClient): Promise<void> {
    for (const effect of this.effects) await effect.onEventsDeleted(client);
  }
}

/**
 * Opens the log of a shop with the effects of all its rooms.
 * @param writes the connections on which changes are written; by default those of `pool`
 */
export async function openEventLog(
  { pool, pubSub, log }: Pick<Platform, 'pool' | 'pubSub' | 'log'>,
  rooms: readonly Room[],
  writes: Pool = pool,
): Promise<EventLog> {
  const effects = await Promise.all(rooms.map(async (room) => (await room.effects?.()) ?? []));
  return new EventLog(pool, new Outbox(writes, pubSub, log), effects.flat());
}
