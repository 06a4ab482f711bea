import type { PoolClient } from '../platform/postgres';
import { execute, queryFirst } from '../platform/sql';
import type { LoggedMerge } from '../events/log-event';

/**
 * Returns whether the same merge was executed before, and no event of `from` and no merge into `from` has followed.
 * Repeating the merge then changes nothing.
 */
export async function isAlreadyMerged(client: PoolClient, from: string, into: string): Promise<boolean> {
  const row = await queryFirst<{ done: boolean }>(
    client,
    `SELECT m.into_subject = $2 AND NOT EXISTS (
       SELECT FROM events e WHERE e.subject = $1
         AND (SELECT position FROM log_batches WHERE batch = e.batch) > m.position
     ) AND NOT EXISTS (
       SELECT FROM merges later WHERE later.into_subject = $1 AND later.position > m.position AND later.set_aside IS NULL
     ) AS done
     FROM merges m WHERE m.from_subject = $1 AND m.set_aside IS NULL ORDER BY m.position DESC LIMIT 1`,
    [from, into],
  );
  return row?.done ?? false;
}

/** Creates a customer that does not exist yet. */
export async function insertCustomer(client: PoolClient, customerId: string): Promise<void> {
  await execute(client, 'INSERT INTO customers (id, created_at) VALUES ($1, now()) ON CONFLICT (id) DO NOTHING', [
    customerId,
  ]);
}

export async function insertMerge(client: PoolClient, { position, from, into }: LoggedMerge): Promise<void> {
  await execute(client, 'INSERT INTO merges (position, from_subject, into_subject) VALUES ($1, $2, $3)', [
    position,
    from,
    into,
  ]);
}

/**
 * If the merged customer has opted out of profiling, so has the customer that it is merged into.
 * @returns whether this opts the customer out
 */
export async function inheritOptOut(client: PoolClient, fromSubject: string, customerId: string): Promise<boolean> {
  if (!fromSubject.startsWith('c:')) return false;
  const rowCount = await execute(
    client,
    'UPDATE customers SET profiling = false WHERE id = $2 AND profiling AND EXISTS (SELECT FROM customers WHERE id = $1 AND NOT profiling)',
    [fromSubject.slice('c:'.length), customerId],
  );
  return rowCount > 0;
}
