import type { PoolClient } from '../platform/postgres';
import type { AppendResult, ArrivalInfo } from './append-events.store';
import type { StoredEvent } from './stored-event';

/** Why an event must not enter the log: a reason to report, or that it belongs to an erased person. */
export type EventRefusal = { readonly code: string; readonly message: string } | 'ERASED';

export type EventRefusals = ReadonlyMap<StoredEvent, EventRefusal>;

/**
 * What a room does with every batch of new events, in the transaction that appends the batch to the log. So the effect
 * is applied exactly once. An effect must not wait for other batches.
 */
export interface LogEffect {
  /** Unique among all effects. */
  readonly name: string;
  /**
   * Returns the events that contradict stored data. Called before the batch is appended, in the same transaction. If it
   * is omitted, all events are accepted.
   */
  refuse?(client: PoolClient, events: readonly StoredEvent[]): Promise<EventRefusals>;
  /** SQL expression of type text, evaluated when a batch begins, and passed to {@link apply}. */
  readonly stateSql: string;
  /**
   * @param state the value of {@link stateSql}
   * @returns a function to call after COMMIT, which must not throw; or undefined
   */
  apply(
    client: PoolClient,
    batch: AppendResult,
    arrival: ArrivalInfo,
    state: string,
  ): Promise<(() => void) | undefined>;
  /** Called in a transaction that deletes events from the log. */
  onEventsDeleted(client: PoolClient): Promise<void>;
}

declare module '../rooms/room' {
  interface RoomStatics {
    /** Returns what the room does with each batch of events, for one process. */
    readonly effects?: () => Promise<readonly LogEffect[]>;
  }
}
