import type { LogChange } from './position.store';
import { withLongTimeout, type Pool } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';

/** Returns the stored changes after a log position, in order of position. Changes that were deleted are missing. */
export async function readOutbox(
  pool: Pool,
  after: number,
  limit: number,
): Promise<{ position: number; change: LogChange }[]> {
  return queryRows<{ position: number; change: LogChange }>(
    pool,
    withLongTimeout('SELECT position, payload AS change FROM outbox WHERE position > $1 ORDER BY position LIMIT $2', [
      after,
      limit,
    ]),
  );
}

/** Returns changes that are older than 2 seconds and not marked as published. */
export function readUnpublished(pool: Pool) {
  return queryRows<{ position: number; payload: LogChange }>(
    pool,
    `SELECT position, payload FROM outbox
     WHERE published_at IS NULL AND created_at < now() - interval '2 seconds' ORDER BY position LIMIT 500`,
  );
}

export async function deletePublished(pool: Pool, olderThanMs: number): Promise<void> {
  await execute(pool, `DELETE FROM outbox WHERE published_at < now() - $1 * interval '1 ms'`, [olderThanMs]);
}

export async function markPublished(pool: Pool, positions: readonly number[]): Promise<void> {
  await execute(pool, 'UPDATE outbox SET published_at = now() WHERE position = ANY($1::bigint[])', [positions]);
}
