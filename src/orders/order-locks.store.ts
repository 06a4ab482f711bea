import type { PoolClient } from '../platform/postgres';
import { execute } from '../platform/sql';

/** What a transaction depends on: the orders and payments that it reads, and the owners whose other orders it reads. */
export interface OrderLocks {
  /** Owners: customers and sessions. */
  readonly subjects?: readonly string[];
  readonly orders?: readonly string[];
  readonly payments?: readonly string[];
}

/**
 * Maximum number of separate locks of a transaction. One that needs more locks all orders instead, because the lock table
 * of PostgreSQL is small (`max_locks_per_transaction` × `max_connections`).
 */
const MAX_LOCKS = 400;

const ALL_ORDERS = `hashtextextended(current_schema() || ':orders', 0)`;

/**
 * Blocks other writers of the same orders, payments and owners until the transaction ends, because what the transaction
 * writes depends on what it reads. Everyone locks owners before orders before payments, and each of them in the order of
 * the keys, so that callers with common locks can't deadlock. Must be called once, and before the transaction writes rows
 * that others may wait for. Multiple granularity: Gray et al., "Granularity of Locks in a Shared Data Base", VLDB 1975.
 */
export async function lockOrders(client: PoolClient, locks: OrderLocks): Promise<void> {
  const classes = [locks.subjects ?? [], locks.orders ?? [], locks.payments ?? []];
  const names = classes.flat();
  if (names.length === 0) return;
  if (names.length > MAX_LOCKS) {
    await execute(client, { name: 'lock-all-orders', text: `SELECT pg_advisory_xact_lock(${ALL_ORDERS})` });
    return;
  }
  await execute(client, {
    name: 'lock-orders',
    text: `SELECT pg_advisory_xact_lock_shared(${ALL_ORDERS}) UNION ALL
           SELECT pg_advisory_xact_lock(key) FROM (
             SELECT class, hashtextextended(current_schema() || ':orders:' || class || ':' || name, 0) AS key
             FROM unnest($1::int[], $2::text[]) AS wanted (class, name) ORDER BY class, key
           ) sorted`,
    values: [classes.flatMap((each, number) => each.map(() => number)), names],
  });
}
