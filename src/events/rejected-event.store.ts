import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import type { StoredEvent } from './stored-event';
import type { RejectedMerge } from './rejected-merge';

export async function deleteExpiredRejections(pool: Pool, olderThanMs: number): Promise<void> {
  await execute(pool, "DELETE FROM rejected_events WHERE rejected_at < now() - $1 * interval '1 ms'", [olderThanMs]);
}

const MAX_MESSAGE_LENGTH = 1_000;

/** @param inboxId the batch of the events; null if they are rejected from the log */
export async function insertRejectedEvents(
  client: PoolClient,
  inboxId: string | null,
  receivedAt: Date,
  rejections: readonly { readonly event: object; readonly code: string; readonly message: string }[],
): Promise<void> {
  await execute(
    client,
    // The receipt is the id of the accepted batch, of which this batch may be a part.
    `WITH RECURSIVE batches AS (
       SELECT id, parent FROM inbox WHERE id = $1
       UNION ALL SELECT whole.id, whole.parent FROM inbox whole JOIN batches ON whole.id = batches.parent
     )
     INSERT INTO rejected_events (inbox_id, received_at, code, message, event)
     SELECT coalesce((SELECT id FROM batches WHERE parent IS NULL), $1), $2, code, message, event
     FROM unnest($3::text[], $4::text[], $5::jsonb[]) AS rejected (code, message, event)`,
    [
      ...[inboxId, receivedAt],
      rejections.map(({ code }) => code),
      rejections.map(({ message }) => message.slice(0, MAX_MESSAGE_LENGTH)),
      rejections.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

/** The form of the ids of rejected events. */
const ID = /^\d{1,18}$/;

export interface LockedRejection<E = StoredEvent> {
  readonly event: E;
  /**
   * Whether the event had entered the log and was quarantined, because the learner could not process it. Otherwise it
   * was rejected on its way to the log.
   */
  readonly fromLog: boolean;
}

/**
 * Locks rejected events and returns them by id. A concurrent request for the same ids waits until this transaction
 * ends; if the events were accepted, it no longer finds them.
 */
export async function lockRejected(
  client: PoolClient,
  ids: readonly string[],
): Promise<Map<string, LockedRejection<StoredEvent | RejectedMerge>>> {
  const rows = await queryRows<LockedRejection<StoredEvent | RejectedMerge> & { id: string }>(
    client,
    `SELECT id::text, event, inbox_id IS NULL AS "fromLog" FROM rejected_events WHERE id = ANY($1::bigint[])
     ORDER BY id FOR UPDATE`,
    [ids.filter((id) => ID.test(id))],
  );
  return new Map(rows.map(({ id, ...rejected }) => [id, rejected]));
}

export async function deleteRejectedEvents(client: PoolClient, ids: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM rejected_events WHERE id = ANY($1::bigint[])', [ids]);
}

export async function countRejectedEvents(pool: Pool): Promise<number> {
  const row = await queryOne<{ count: number }>(pool, 'SELECT count(*)::int AS count FROM rejected_events');
  return row.count;
}
