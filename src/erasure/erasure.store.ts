import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../platform/sql';

/**
 * Minimum and maximum pause before a failed erasure is retried. Within these bounds, the pause is as long as the
 * erasure has been pending. So each pause is about twice as long as the one before.
 */
const MIN_POSTPONEMENT_MS = 10_000;
const MAX_POSTPONEMENT_MS = 3_600_000;

export interface ErasureRow {
  /** Whether the erasure may be executed now. */
  readonly isDue: boolean;
  readonly isDone: boolean;
  readonly position: number | null;
  readonly events: number;
  readonly orderLines: number;
}

export function readErasure(pool: Pool, id: string): Promise<ErasureRow> {
  return queryOne<ErasureRow>(
    pool,
    `SELECT due_at <= now() AS "isDue", done_at IS NOT NULL AS "isDone", position, events, order_lines AS "orderLines"
     FROM erasures WHERE id = $1`,
    [id],
  );
}

export async function hasDueErasures(pool: Pool): Promise<boolean> {
  const row = await queryOne<{ due: boolean }>(
    pool,
    'SELECT EXISTS (SELECT FROM erasures WHERE done_at IS NULL AND due_at <= now()) AS due',
  );
  return row.due;
}

export function readDueErasures(pool: Pool, groupSize: number) {
  return queryRows<{ id: string; subjects: readonly string[] }>(
    pool,
    'SELECT id, subjects FROM erasures WHERE done_at IS NULL AND due_at <= now() ORDER BY requested_at LIMIT $1',
    [groupSize],
  );
}

/** Does nothing if the erasure was requested again meanwhile with more subjects. */
export async function finishErasure(pool: Pool, id: string, subjects: readonly string[]): Promise<void> {
  await execute(
    pool,
    `UPDATE erasures SET subjects = '{}', done_at = now()
     WHERE id = $1 AND done_at IS NULL AND subjects <@ $2::text[]`,
    [id, subjects],
  );
}

/** Postpones a failed erasure. @returns when it is retried */
export async function postponeErasure(pool: Pool, id: string): Promise<Date | undefined> {
  const row = await queryFirst<{ dueAt: Date }>(
    pool,
    `UPDATE erasures SET due_at = now() + least(greatest(now() - requested_at, $2 * interval '1 ms'), $3 * interval '1 ms')
     WHERE id = $1 RETURNING due_at AS "dueAt"`,
    [id, MIN_POSTPONEMENT_MS, MAX_POSTPONEMENT_MS],
  );
  return row?.dueAt;
}

/**
 * Returns when the next erasure may change the log; null if it may now, because none has changed the log in the last
 * `intervalMs` milliseconds.
 */
export async function readDeferralEnd(pool: Pool, intervalMs: number): Promise<Date | null> {
  const row = await queryFirst<{ next: Date | null }>(
    pool,
    `SELECT max(erased_at) + $1 * interval '1 ms' AS next FROM erasures
     HAVING max(erased_at) + $1 * interval '1 ms' > now()`,
    [intervalMs],
  );
  return row?.next ?? null;
}

export async function deferErasure(pool: Pool, id: string, dueAt: Date): Promise<void> {
  await execute(pool, 'UPDATE erasures SET due_at = $2 WHERE id = $1', [id, dueAt]);
}

export async function addSubjects(client: PoolClient, id: string, subjects: readonly string[]): Promise<void> {
  await execute(
    client,
    'UPDATE erasures SET subjects = ARRAY(SELECT DISTINCT unnest(subjects || $2::text[])) WHERE id = $1',
    [id, subjects],
  );
}

export async function addErasedCounts(
  client: PoolClient,
  id: string,
  events: number,
  orderLines: number,
): Promise<void> {
  await execute(client, 'UPDATE erasures SET events = events + $2, order_lines = order_lines + $3 WHERE id = $1', [
    id,
    events,
    orderLines,
  ]);
}

/** Stores the log position at which people were erased. */
export async function markErased(client: PoolClient, ids: readonly string[], position: number): Promise<void> {
  await execute(client, 'UPDATE erasures SET position = $2, erased_at = now() WHERE id = ANY($1)', [ids, position]);
}
