import type { PoolClient } from '../platform/postgres';
import type { RefusedEvent } from './append-events.store';
import type { EventLog } from './event-log';
import { finishParents } from './split-batch.store';
import { claimBatches, type ClaimedBatch } from './inbox.store';
import { rejectEvents } from './rejected-event.service';
import type { StoredEvent } from './stored-event';

export interface AppendedBatches {
  readonly became: 'LOGGED';
  readonly position: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Number of events that contradict stored data. */
  readonly refused: number;
}

const CONFLICT = { code: 'CONFLICT', message: 'the log has an event with the same identity and different content' };

/**
 * Appends accepted inbox batches to the log as one log batch, in one transaction. The log has the same content as if
 * the batches had been appended one after another, except that they share one log position.
 * @returns null, without appending any batch, if one of them is done or another worker holds it, because later batches
 *   may have to wait for that batch
 */
export async function appendBatches(eventLog: EventLog, inboxIds: readonly string[]): Promise<AppendedBatches | null> {
  const committed = await eventLog.commit(async ({ client, append }) => {
    const claimed = await claimBatches(client, inboxIds);
    if (claimed.length < inboxIds.length) return null;
    const batchByEvent = new Map(claimed.flatMap((each) => each.events.map((event) => [event, each] as const)));
    const batchOf = (event: StoredEvent) => batchByEvent.get(event) as ClaimedBatch;
    const arrival = { receivedAt: (event: StoredEvent) => batchOf(event).receivedAt, backfill: false };
    const { inserted, duplicates, conflicts, refused } = await append([...batchByEvent.keys()], arrival);
    await rejectFrom(client, claimed, batchOf, [...conflicts.map((event) => ({ event, ...CONFLICT })), ...refused]);
    const ids = claimed.map(({ id }) => id);
    return {
      counts: {
        inserted: inserted.length,
        duplicates,
        conflicts: conflicts.length,
        refused: refused.length,
      },
      change: { events: inserted, receipts: ids },
      inboxIds: ids,
      afterPosition: async (position: number) => {
        for (const { parent } of claimed) await finishParents(client, parent, position);
      },
    };
  });
  return committed && { became: 'LOGGED', position: committed.position, ...committed.counts };
}

async function rejectFrom(
  client: PoolClient,
  claimed: readonly ClaimedBatch[],
  batchOf: (event: StoredEvent) => ClaimedBatch,
  rejections: readonly RefusedEvent[],
): Promise<void> {
  for (const each of claimed) {
    const own = rejections.filter(({ event }) => batchOf(event) === each);
    if (own.length > 0) await rejectEvents(client, each.id, each.receivedAt, own);
  }
}
