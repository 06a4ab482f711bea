import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import type { StoredEvent } from './stored-event';

/** How long an accepted batch may wait before the sweep hands it out again; doubles with each attempt. */
const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 60_000;

/** Writes one row of accepted events. When this resolves it is durable. @returns the receipt */
export async function accept(pool: Pool, events: readonly StoredEvent[]): Promise<string> {
  const id = randomUUID();
  await pool.query({
    name: 'accept',
    text: `INSERT INTO inbox (id, received_at, events, count, retry_at)
           VALUES ($1, now(), $2, $3, now() + $4 * interval '1 ms')`,
    values: [id, JSON.stringify(events), events.length, RETRY_MS],
  });
  return id;
}

/**
 * Counts an attempt on a batch, committed before work starts so that a crash is counted too.
 * @returns false when it is done, or somebody else is at it.
 */
export async function beginAttempt(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'begin-attempt',
    text: `UPDATE inbox SET attempts = attempts + 1,
             retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
           WHERE id = (SELECT id FROM inbox WHERE id = $1 AND done_at IS NULL FOR UPDATE SKIP LOCKED)`,
    values: [id, RETRY_MS, LONGEST_RETRY_MS],
  });
  return rowCount === 1;
}

/** Claims a batch for the caller's transaction; `null` when it is done, or somebody else is at it. */
export async function claim(
  client: PoolClient,
  id: string,
): Promise<{ events: readonly StoredEvent[]; receivedAt: Date } | null> {
  const { rows } = await client.query<{ events: StoredEvent[]; receivedAt: Date }>({
    name: 'claim',
    text: `SELECT events, received_at AS "receivedAt" FROM inbox WHERE id = $1 AND done_at IS NULL FOR UPDATE SKIP LOCKED`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Remembers why the newest attempt failed, for the operator. */
export async function noteFailure(pool: Pool, id: string, reason: string): Promise<void> {
  await pool.query('UPDATE inbox SET last_error = $2 WHERE id = $1 AND done_at IS NULL', [id, reason.slice(0, 1_000)]);
}

/** Batches nobody has finished in time, oldest first; each is handed out once per retry interval. */
export async function takeOverdue(pool: Pool, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE inbox SET retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
     WHERE id IN (SELECT id FROM inbox WHERE done_at IS NULL AND retry_at <= now()
                  ORDER BY retry_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [limit, RETRY_MS, LONGEST_RETRY_MS],
  );
  return rows.map((row) => row.id);
}

/** The position a receipt stands for: a number when its batch is in the log, `null` while it waits, `undefined` if unknown. */
export async function positionOf(pool: Pool, id: string): Promise<number | null | undefined> {
  const { rows } = await pool.query<{ position: number | null }>('SELECT position FROM inbox WHERE id = $1', [id]);
  return rows[0]?.position;
}

/** Forgets finished batches older than the longest time a receipt is of use. */
export async function forgetDone(pool: Pool, olderThanMs: number): Promise<number> {
  const { rowCount } = await pool.query("DELETE FROM inbox WHERE done_at < now() - $1 * interval '1 ms'", [
    olderThanMs,
  ]);
  return rowCount ?? 0;
}
