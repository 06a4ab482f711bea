import { LockWaitError } from '../platform/outage';
import type { PoolClient } from '../platform/postgres';
import { execute, queryColumn } from '../platform/sql';

/** What a transaction depends on: the orders and payments that it reads, and the owners whose other orders it reads. */
export interface OrderLocks {
  /** Owners: customers and sessions. */
  readonly owners?: readonly string[];
  readonly orders?: readonly string[];
  readonly payments?: readonly string[];
}

/**
 * Maximum number of separate locks of a transaction. One that needs more locks all orders instead, because the lock table
 * of PostgreSQL is small (`max_locks_per_transaction` × `max_connections`).
 */
export const MAX_LOCKS = 400;
/** Maximum wait for all locks together, in milliseconds. */
const MAX_WAIT_MS = 4_000;

/** SQLSTATE code: the timeout of statements has passed. */
const STATEMENT_TIMEOUT = '57014';

const ALL_ORDERS = `hashtextextended(current_schema() || ':orders', 0)`;

/** SQL: the keys of the names in $2, which belong to the classes in $1, in the order in which they are locked. */
const KEYS = `(SELECT class, name, hashtextextended(current_schema() || ':orders:' || class || ':' || name, 0) AS key
  FROM unnest($1::int[], $2::text[]) AS wanted (class, name) ORDER BY class, key) sorted`;

/**
 * Blocks other writers of the same orders, payments and owners until the transaction ends, because what the transaction
 * writes depends on what it reads. Every transaction locks owners before orders before payments, those of one class in
 * the order of their keys, and all of them before it writes rows that others may wait for. So transactions with common
 * locks can't deadlock. A transaction with many names locks all orders of the shop. Multiple granularity: Gray et al.,
 * "Granularity of Locks in a Shared Data Base", VLDB 1975.
 * @param maxLocks number of names above which all orders are locked
 * @throws LockWaitError if other transactions hold the locks for too long
 */
export async function lockOrders(client: PoolClient, locks: OrderLocks, maxLocks = MAX_LOCKS): Promise<void> {
  const { classes, names } = flatten(locks);
  if (names.length === 0) return;
  // A timeout for locks would bound the wait for each lock, and not for all of them.
  await execute(client, `SET LOCAL statement_timeout = ${MAX_WAIT_MS}`);
  try {
    if (names.length > maxLocks)
      await execute(client, { name: 'lock-all-orders', text: `SELECT pg_advisory_xact_lock(${ALL_ORDERS})` });
    else
      await execute(client, {
        name: 'lock-orders',
        text: `SELECT pg_advisory_xact_lock_shared(${ALL_ORDERS}) UNION ALL
               SELECT pg_advisory_xact_lock(key) FROM ${KEYS}`,
        values: [classes, names],
      });
  } catch (error) {
    throw (error as { code?: string }).code === STATEMENT_TIMEOUT
      ? new LockWaitError('other writers of orders')
      : error;
  }
  await execute(client, 'SET LOCAL statement_timeout TO DEFAULT');
}

/**
 * Like {@link lockOrders}, without waiting.
 * @returns the names that another transaction has locked; all of them if it has locked all orders, or this transaction
 *   would have to
 */
export async function tryLockOrders(client: PoolClient, locks: OrderLocks): Promise<ReadonlySet<string>> {
  const { classes, names } = flatten(locks);
  if (names.length === 0) return new Set();
  if (names.length > MAX_LOCKS) return new Set(names);
  return new Set(
    await queryColumn<{ name: string }>(client, {
      name: 'try-lock-orders',
      // CASE calls the second function only if the first one has locked.
      text: `SELECT name FROM (
             SELECT name, CASE WHEN free THEN pg_try_advisory_xact_lock(key) ELSE false END AS locked
             FROM (SELECT pg_try_advisory_xact_lock_shared(${ALL_ORDERS}) AS free OFFSET 0) shop CROSS JOIN ${KEYS}
             OFFSET 0
           ) tried WHERE NOT locked`,
      values: [classes, names],
    }),
  );
}

/** The names of locks. They have the prefix of their class, because ids of different classes may be equal. */
export const lockNames = {
  order: (id: string) => `order:${id}`,
  payment: (id: string) => `payment:${id}`,
  owner: (subject: string) => `owner:${subject}`,
};

function flatten({ owners = [], orders = [], payments = [] }: OrderLocks) {
  const classes = [owners.map(lockNames.owner), orders.map(lockNames.order), payments.map(lockNames.payment)];
  return { classes: classes.flatMap((each, number) => each.map(() => number)), names: classes.flat() };
}
