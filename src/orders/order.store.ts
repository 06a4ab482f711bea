import type { TimeCursor } from '../graphql/connection';
import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { OrderLineRecord, OrderMoveRecord, OrderRecord, PaymentRecord } from './order-record';

const TIME = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const ORDER_COLUMNS = `id, kind, status, customer_id AS "customerId", session_id AS "sessionId", placed_by AS "placedBy",
  ${TIME('placed_at')} AS "placedAt", currency, shipping::text, tax::text, discount::text, total::text, source, placement,
  request_id AS "requestId", properties, ${TIME('updated_at')} AS "updatedAt", position`;
const LINE_COLUMNS = `order_id AS "orderId", id, product_id AS "productId", quantity, unit_price::text AS "unitPrice",
  ${TIME('placed_at')} AS "placedAt", shipped, cancelled, returned, events, placement, request_id AS "requestId"`;
const MOVE_COLUMNS = `order_id AS "orderId", status, ${TIME('occurred_at')} AS "occurredAt", ${TIME('recorded_at')} AS "recordedAt",
  moved_by AS "movedBy", units`;
const PAYMENT_COLUMNS = `order_id AS "orderId", id, kind, amount::text, ${TIME('occurred_at')} AS "occurredAt", method`;

type OrderRow = Omit<OrderRecord, 'lines' | 'payments' | 'history'>;
type Part<T> = T & { readonly orderId: string };

/**
 * Blocks other writers of orders until the transaction ends, because what the transaction writes depends on the orders
 * that it has read.
 */
export async function lockOrders(client: PoolClient): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':orders', 0))`);
}

export async function readOrders(client: PoolClient, ids: readonly string[]): Promise<Map<string, OrderRecord>> {
  const read = async <T extends object>(text: string) => queryRows<T>(client, withLongTimeout(text, [ids]));
  const orderRows = await read<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders WHERE id = ANY($1)`);
  if (orderRows.length === 0) return new Map();
  const ofOrders = 'WHERE order_id = ANY($1) ORDER BY';
  const lines = groupByOrder(
    await read<Part<OrderLineRecord>>(`SELECT ${LINE_COLUMNS} FROM order_lines ${ofOrders} order_id, sequence`),
  );
  const payments = groupByOrder(
    await read<Part<PaymentRecord>>(`SELECT ${PAYMENT_COLUMNS} FROM payments ${ofOrders} occurred_at, id`),
  );
  const moves = groupByOrder(
    await read<Part<OrderMoveRecord>>(`SELECT ${MOVE_COLUMNS} FROM order_history ${ofOrders} order_id, sequence`),
  );
  return new Map(
    orderRows.map((head) => [
      head.id,
      {
        ...head,
        lines: lines.get(head.id) ?? [],
        payments: payments.get(head.id) ?? [],
        history: moves.get(head.id) ?? [],
      },
    ]),
  );
}

function groupByOrder<T extends { readonly orderId: string }>(rows: readonly T[]): Map<string, Omit<T, 'orderId'>[]> {
  const groups = new Map<string, Omit<T, 'orderId'>[]>();
  for (const { orderId, ...row } of rows) {
    const group = groups.get(orderId);
    if (group) group.push(row);
    else groups.set(orderId, [row]);
  }
  return groups;
}

/** Writes complete orders. Lines, payments and moves are added or updated, never deleted. */
export async function writeOrders(client: PoolClient, orders: readonly OrderRecord[]): Promise<void> {
  await upsert(client, 'orders', ['id'], orders.map(orderRow));
  await upsert(
    client,
    'order_lines',
    ['order_id', 'id'],
    orders.flatMap((order) => order.lines.map((line, sequence) => lineRow(order, line, sequence))),
  );
  await upsert(
    client,
    'payments',
    ['id'],
    orders.flatMap((order) => order.payments.map((payment) => paymentRow(order, payment))),
  );
  await upsert(
    client,
    'order_history',
    ['order_id', 'sequence'],
    orders.flatMap((order) => order.history.map((move, sequence) => moveRow(order, move, sequence))),
  );
}

async function upsert(client: PoolClient, table: string, key: readonly string[], rows: readonly object[]) {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const changed = columns.filter((column) => !key.includes(column));
  await execute(
    client,
    withLongTimeout(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, $1::json)
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}
       WHERE (${changed.map((column) => `${table}.${column}`).join(', ')})
         IS DISTINCT FROM (${changed.map((column) => `excluded.${column}`).join(', ')})`,
      [JSON.stringify(rows)],
    ),
  );
}

/**
 * Sets the log position of the newest change in each of the given orders. Must be called after the position has been
 * allocated.
 */
export async function markOrders(client: PoolClient, ids: readonly string[], position: number): Promise<void> {
  await execute(client, 'UPDATE orders SET position = $2 WHERE id = ANY($1)', [ids, position]);
}

export async function ordersOfPayments(client: PoolClient, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await queryRows<{ id: string; orderId: string }>(
    client,
    'SELECT id, order_id AS "orderId" FROM payments WHERE id = ANY($1)',
    [ids],
  );
  return new Map(rows.map(({ id, orderId }) => [id, orderId]));
}

export interface OrderFilter {
  readonly status: readonly string[] | null;
  readonly customerId: string | null;
  /** Earliest time of placement, inclusive. */
  readonly from: Date | null;
  /** Latest time of placement, exclusive. */
  readonly to: Date | null;
}

/** Returns the ids of one page of orders, newest first. */
export async function pageOfOrders(
  pool: Pool,
  filter: OrderFilter,
  after: TimeCursor | undefined,
  count: number,
): Promise<string[]> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const where = (condition: (parameter: string) => string, value: unknown) => {
    if (value === null || value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where((p) => `status = ANY(${p})`, filter.status);
  where((p) => `customer_id = ${p}`, filter.customerId);
  where((p) => `placed_at >= ${p}`, filter.from);
  where((p) => `placed_at < ${p}`, filter.to);
  where((p) => `(placed_at, id) < (${p}::timestamptz, $${values.length + 1})`, after?.time);
  if (after) values.push(after.texts[0]);
  const whereClause = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const rows = await queryRows<{ id: string }>(
    pool,
    `SELECT id FROM orders ${whereClause} ORDER BY placed_at DESC, id DESC LIMIT ${count}`,
    values,
  );
  return rows.map(({ id }) => id);
}

function orderRow(order: OrderRecord) {
  return {
    id: order.id,
    kind: order.kind,
    status: order.status,
    customer_id: order.customerId,
    session_id: order.sessionId,
    placed_by: order.placedBy,
    placed_at: order.placedAt,
    currency: order.currency,
    shipping: order.shipping,
    tax: order.tax,
    discount: order.discount,
    total: order.total,
    source: order.source,
    placement: order.placement,
    request_id: order.requestId,
    properties: order.properties,
    updated_at: order.updatedAt,
    position: order.position,
  };
}

function lineRow(order: OrderRecord, line: OrderLineRecord, sequence: number) {
  return {
    order_id: order.id,
    id: line.id,
    sequence,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price: line.unitPrice,
    placed_at: line.placedAt,
    shipped: line.shipped,
    cancelled: line.cancelled,
    returned: line.returned,
    events: line.events,
    placement: line.placement,
    request_id: line.requestId,
  };
}

function paymentRow(order: OrderRecord, payment: PaymentRecord) {
  return {
    id: payment.id,
    order_id: order.id,
    kind: payment.kind,
    amount: payment.amount,
    occurred_at: payment.occurredAt,
    method: payment.method,
  };
}

function moveRow(order: OrderRecord, move: OrderMoveRecord, sequence: number) {
  return {
    order_id: order.id,
    sequence,
    status: move.status,
    occurred_at: move.occurredAt,
    recorded_at: move.recordedAt,
    moved_by: move.movedBy,
    units: move.units,
  };
}

/** Returns the ids of the orders that are the first sale of their customer. */
export async function firstOrders(client: PoolClient, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await queryRows<{ id: string }>(client, {
    name: 'first-orders',
    text: `SELECT o.id FROM orders o WHERE o.id = ANY($1) AND o.kind = 'SALE' AND o.customer_id IS NOT NULL
             AND NOT EXISTS (SELECT FROM orders e WHERE e.customer_id = o.customer_id AND e.kind = 'SALE'
                             AND (e.placed_at, e.id) < (o.placed_at, o.id))`,
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}
