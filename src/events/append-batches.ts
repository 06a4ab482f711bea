import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { countInStreams, type WindowChange } from '../streams/live-streams.service';
import { finishParents } from './split-or-reject';
import { claimBatches, type ClaimedBatch } from './inbox';
import { appendEvents } from './log-writer';
import type { Outbox } from './outbox';
import { allocatePosition, type LogChange } from './position';
import { rejectEvents } from './rejected-event.service';
import type { StoredEvent } from './stored-event';

export interface AppendedBatches {
  readonly became: 'LOGGED';
  readonly position: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** The key of the new log batch. */
  readonly batch: number;
  /** For each stream that counts the events, the windows that have changed. */
  readonly changedWindows: readonly WindowChange[];
}

const CONFLICT = { code: 'CONFLICT', message: 'the log has an event with the same identity and different content' };

/**
 * Appends accepted inbox batches to the log as one log batch, in one transaction. The log has the same content as if
 * the batches had been appended one after another, except that they share one log position.
 * @returns null, without appending any batch, if one of them is done or another worker holds it, because later batches
 *   may have to wait for that batch
 */
export async function appendBatches(
  pool: Pool,
  outbox: Outbox,
  inboxIds: readonly string[],
): Promise<AppendedBatches | null> {
  let change: LogChange | undefined;
  const ingested = await inTransaction(pool, async (client): Promise<AppendedBatches | null> => {
    const claimed = await claimBatches(client, inboxIds);
    if (claimed.length < inboxIds.length) return null;
    const batchByEvent = new Map(claimed.flatMap((each) => each.events.map((event) => [event, each] as const)));
    const batchOf = (event: StoredEvent) => batchByEvent.get(event) as ClaimedBatch;
    const arrival = { receivedAt: (event: StoredEvent) => batchOf(event).receivedAt, backfill: false };
    const appended = await appendEvents(client, [...batchByEvent.keys()], arrival);
    await rejectConflicts(client, claimed, appended.conflicts, batchOf);
    const changedWindows = await countInStreams(pool, client, appended, arrival);
    const ids = claimed.map(({ id }) => id);
    change = { events: appended.inserted, receipts: ids };
    const position = await allocatePosition(client, change, {
      batch: appended.batch,
      events: appended.inserted.length,
      knownAt: appended.knownAt,
      inboxIds: ids,
    });
    for (const { parent } of claimed) await finishParents(client, parent, position);
    return {
      became: 'LOGGED',
      position,
      batch: appended.batch,
      inserted: appended.inserted.length,
      duplicates: appended.duplicates,
      conflicts: appended.conflicts.length,
      changedWindows,
    };
  });
  if (ingested && change) outbox.publish(ingested.position, change);
  return ingested;
}

async function rejectConflicts(
  client: PoolClient,
  claimed: readonly ClaimedBatch[],
  conflicts: readonly StoredEvent[],
  batchOf: (event: StoredEvent) => ClaimedBatch,
): Promise<void> {
  for (const each of claimed) {
    const own = conflicts.filter((event) => batchOf(event) === each);
    if (own.length > 0) await rejectEvents(client, each.id, each.receivedAt, own, CONFLICT);
  }
}
