import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export interface PendingErasures {
  readonly count: number;
  readonly oldestAgeMs: number;
}

export async function measurePendingErasures(pool: Pool): Promise<PendingErasures> {
  return queryOne<PendingErasures>(
    pool,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(requested_at)) * 1000, 0)::float8 AS "oldestAgeMs"
     FROM erasures WHERE done_at IS NULL`,
  );
}

/** Stores the request of an erasure. A repeated request for the same person adds its subjects to the stored one. */
export async function requestErasure(client: PoolClient, hash: Buffer, subjects: readonly string[]): Promise<string> {
  const row = await queryOne<{ id: string }>(
    client,
    `INSERT INTO erasures AS e (id, hash, subjects) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE
       SET subjects = ARRAY(SELECT DISTINCT unnest(e.subjects || excluded.subjects)), done_at = NULL,
         requested_at = CASE WHEN e.done_at IS NULL THEN e.requested_at ELSE now() END,
         due_at = CASE WHEN e.done_at IS NULL THEN e.due_at ELSE now() END
     RETURNING id`,
    [randomUUID(), hash, subjects],
  );
  return row.id;
}
