import type { PoolClient } from '../platform/postgres';
import { execute, queryFirst } from '../platform/sql';
import type { ClaimedBatch } from './inbox.store';

/**
 * Called when a half of a split batch is done. If the other half is done, too, this finishes the split batch, then in
 * the same way the batch that it is a half of, and so on. The finished batches get the log position just allocated,
 * which is the highest of their halves. Must be called after `allocatePosition`: its lock makes the two halves finish
 * one after the other. The later one sees that the earlier one is done, so exactly one of them finishes the split
 * batch.
 */
export async function finishParents(client: PoolClient, parent: string | null, position: number): Promise<void> {
  for (let id = parent; id !== null;) {
    const row = await queryFirst<{ parent: string | null }>(
      client,
      `UPDATE inbox SET position = $2, done_at = now()
       WHERE id = $1 AND NOT EXISTS (SELECT FROM inbox half WHERE half.parent = $1 AND half.done_at IS NULL)
       RETURNING parent`,
      [id, position],
    );
    id = row?.parent ?? null;
  }
}

/** Removes the events of a batch that was split into halves. Its row stays as the receipt. */
export async function markSplit(client: PoolClient, parent: string, reason: string): Promise<void> {
  await execute(
    client,
    `UPDATE inbox SET state = 'SPLIT', events = NULL, identities = NULL, retry_at = 'infinity', last_error = $2 WHERE id = $1`,
    [parent, reason],
  );
}

/**
 * Inserts a half of a split batch.
 * @param attempts number of attempts that count as made
 * @param reason why the batch failed; null if its worker crashed
 */
export async function insertHalfBatch(
  client: PoolClient,
  half: Omit<ClaimedBatch, 'isIdentified'>,
  attempts: number,
  reason: string | null,
  identities: readonly number[] | null,
): Promise<void> {
  await execute(
    client,
    `INSERT INTO inbox
       (id, received_at, events, count, parent, attempts, last_error, retry_at, sequence, first_event, identities, min_release)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, $10, $11)`,
    [
      half.id,
      half.receivedAt,
      JSON.stringify(half.events),
      half.events.length,
      half.parent,
      attempts,
      reason,
      half.sequence,
      half.firstEvent,
      identities,
      half.minRelease,
    ],
  );
}
