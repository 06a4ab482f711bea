import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { beginAttempt, claim, noteFailure } from './inbox';
import { appendEvents } from './log-writer';
import type { Outbox } from './outbox';
import { takePosition, type LogChange } from './position';
import type { StoredEvent } from './stored-event';

/** What became of a batch; `null` when it was already done or is somebody else's. */
export interface Ingested {
  readonly position: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
}

/**
 * Takes one accepted batch into the log, in one transaction: all of its effects, or none. Safe to call any number of
 * times, from any number of processes, and to be killed at any moment.
 */
export async function ingestBatch(pool: Pool, outbox: Outbox, inboxId: string): Promise<Ingested | null> {
  if (!(await beginAttempt(pool, inboxId))) return null;
  let change: LogChange | undefined;
  try {
    const ingested = await inTransaction(pool, async (client) => {
      const batch = await claim(client, inboxId);
      if (!batch) return null;
      const appended = await appendEvents(client, batch.events, { receivedAt: batch.receivedAt, backfill: false });
      await rejectConflicts(client, inboxId, batch.receivedAt, appended.conflicts);
      change = { events: appended.inserted, receipt: inboxId };
      const position = await takePosition(client, change, {
        batch: appended.batch,
        events: appended.inserted.length,
        inboxId,
      });
      return {
        position,
        inserted: appended.inserted.length,
        duplicates: appended.duplicates,
        conflicts: appended.conflicts.length,
      };
    });
    if (ingested && change) outbox.publish(ingested.position, change);
    return ingested;
  } catch (error) {
    await noteFailure(pool, inboxId, (error as Error).message).catch(() => undefined);
    throw error;
  }
}

async function rejectConflicts(
  client: PoolClient,
  inboxId: string,
  receivedAt: Date,
  conflicts: readonly StoredEvent[],
): Promise<void> {
  for (const event of conflicts) {
    await client.query(
      `INSERT INTO rejected_events (inbox_id, received_at, code, message, event) VALUES ($1, $2, 'CONFLICT', $3, $4)`,
      [inboxId, receivedAt, 'the log has an event of the same identity with other content', JSON.stringify(event)],
    );
  }
}
