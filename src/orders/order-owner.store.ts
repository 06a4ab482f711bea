import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryRows } from '../platform/sql';
import { lockOrders, MAX_LOCKS } from './order-locks.store';

/** SQL: whether an order belongs to the subject whose id is `$1`. */
const ownedBy = (subject: string) =>
  subject.startsWith('c:') ? 'customer_id = $1' : 'customer_id IS NULL AND session_id = $1';

/**
 * Blocks writers of the orders of a merge until the transaction ends: those of the subject (customer or session), and new
 * ones of both. Must be called before the transaction writes.
 */
export async function lockOrdersOfMerge(client: PoolClient, from: string, into: string): Promise<void> {
  const readIds = async () => {
    const text = `SELECT id FROM orders WHERE ${ownedBy(from)}`;
    return queryColumn<{ id: string }>(client, text, [from.slice(2)]);
  };
  const owners = [from, into];
  const before = await readIds();
  if (before.length > MAX_LOCKS) return lockOrders(client, { owners, orders: before });
  await lockOrders(client, { owners });
  // The orders of the subject are the same until the transaction ends.
  await lockOrders(client, { orders: await readIds() }, Infinity);
}

/** Assigns the orders of a merged subject (customer or session) to a customer. @returns the ids of the orders */
export function moveOrdersTo(client: PoolClient, from: string, customerId: string): Promise<string[]> {
  return queryColumn<{ id: string }>(client, `UPDATE orders SET customer_id = $2 WHERE ${ownedBy(from)} RETURNING id`, [
    from.slice(2),
    customerId,
  ]);
}

/** SQL: whether an order belongs to one of the subjects `$1`, given the customers' ids as `$2` and the sessions' as `$3`. */
const IS_THEIRS = `(placed_by = ANY($1::text[]) OR customer_id = ANY($2::text[])
  OR (customer_id IS NULL AND session_id = ANY($3::text[])))`;

function idsIn(subjects: readonly string[], prefix: 'c:' | 's:'): string[] {
  return subjects.filter((name) => name.startsWith(prefix)).map((name) => name.slice(2));
}

/** Returns the ids of the orders that belong to these customers and sessions, or that they placed. */
export function ordersOfSubjects(client: PoolClient, subjects: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(
    client,
    withLongTimeout(`SELECT id FROM orders WHERE ${IS_THEIRS}`, [
      subjects,
      idsIn(subjects, 'c:'),
      idsIn(subjects, 's:'),
    ]),
  );
}

/**
 * Anonymises the orders of erased subjects, inside the caller's transaction. Products, times and amounts stay, so that
 * the shop's totals do not change. The orders get random one-time ids.
 * @returns the one-time id of each order
 */
export async function eraseFromOrders(
  client: PoolClient,
  subjects: readonly string[],
): Promise<{ readonly id: string; readonly oneTime: string }[]> {
  const rows = await queryRows<{ id: string; oneTime: string }>(
    client,
    withLongTimeout(
      `UPDATE orders SET id = 'erased-' || gen_random_uuid(), customer_id = NULL, session_id = NULL, placed_by = NULL,
         source = NULL, placement = NULL, request_id = NULL, properties = NULL
       FROM (SELECT id AS named FROM orders WHERE ${IS_THEIRS}) theirs
       WHERE orders.id = named RETURNING named AS id, orders.id AS "oneTime"`,
      [subjects, idsIn(subjects, 'c:'), idsIn(subjects, 's:')],
    ),
  );
  if (rows.length === 0) return rows;
  const renamedIds = [rows.map(({ id }) => id), rows.map(({ oneTime }) => oneTime)];
  for (const rename of RENAMES) await execute(client, withLongTimeout(rename, renamedIds));
  await execute(
    client,
    withLongTimeout(
      `UPDATE outbox SET payload = (payload::jsonb - 'orders')::json, orders = NULL
       WHERE orders IS NOT NULL AND orders && $1::text[]`,
      [renamedIds[0]],
    ),
  );
  return rows;
}

const RENAMED_ORDERS = 'unnest($1::text[], $2::text[]) AS renamed (named, one_time)';

const RENAMES = [
  `UPDATE order_lines l SET order_id = one_time, id = n::text, placement = NULL, request_id = NULL
   FROM (SELECT order_id, id AS line, row_number() OVER (PARTITION BY order_id ORDER BY sequence) AS n
         FROM order_lines WHERE order_id = ANY($1::text[])) numbered JOIN ${RENAMED_ORDERS} ON named = numbered.order_id
   WHERE l.order_id = numbered.order_id AND l.id = line`,
  `UPDATE payments SET order_id = one_time, id = 'erased-' || gen_random_uuid(), method = NULL FROM ${RENAMED_ORDERS} WHERE order_id = named`,
  `UPDATE order_history SET order_id = one_time, units = NULL FROM ${RENAMED_ORDERS} WHERE order_id = named AND units IS NULL`,
  `DELETE FROM order_history WHERE order_id = ANY($1::text[]) AND cardinality($2::text[]) > 0`,
];
