import type { TimeCursor } from '../graphql/connection';
import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryRows, type SqlClient } from '../platform/sql';
import type { OrderLineRecord, OrderMoveRecord, OrderRecord, PaymentRecord } from './order-record';

const TIME = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const ORDER_COLUMNS = `id, kind, status, customer_id AS "customerId", session_id AS "sessionId", placed_by AS "placedBy",
  ${TIME('placed_at')} AS "placedAt", currency, shipping::text, tax::text, discount::text, total::text, source, placement,
  request_id AS "requestId", properties, ${TIME('updated_at')} AS "updatedAt", position`;
const LINE_COLUMNS = `id, product_id AS "productId", quantity, unit_price::text AS "unitPrice",
  ${TIME('placed_at')} AS "placedAt", shipped, cancelled, returned, events, placement, request_id AS "requestId"`;
const MOVE_COLUMNS = `status, ${TIME('occurred_at')} AS "occurredAt", ${TIME('recorded_at')} AS "recordedAt",
  moved_by AS "movedBy", units`;
const PAYMENT_COLUMNS = `id, kind, amount::text, ${TIME('occurred_at')} AS "occurredAt", method`;

/** A statement with more orders may take longer than the usual timeout of requests. */
const MAX_SHORT_STATEMENT_ORDERS = 100;

/** SQL: the rows of an order's parts as a JSON array. */
const partsOf = (columns: string, table: string, order: string) =>
  `(SELECT coalesce(json_agg(part), '[]') FROM (SELECT ${columns} FROM ${table} WHERE order_id = orders.id ORDER BY ${order}) part)`;

const ORDERS_WITH_PARTS = `SELECT ${ORDER_COLUMNS},
    ${partsOf(LINE_COLUMNS, 'order_lines', 'sequence')} AS lines,
    ${partsOf(PAYMENT_COLUMNS, 'payments', 'occurred_at, id')} AS payments,
    ${partsOf(MOVE_COLUMNS, 'order_history', 'sequence')} AS history
  FROM orders WHERE id = ANY($1)`;

/** Reads complete orders in one statement, so that their parts agree with each other. */
export async function readOrders(client: SqlClient, ids: readonly string[]): Promise<Map<string, OrderRecord>> {
  if (ids.length === 0) return new Map();
  const orders =
    ids.length > MAX_SHORT_STATEMENT_ORDERS
      ? await queryRows<OrderRecord>(client, withLongTimeout(ORDERS_WITH_PARTS, [ids]))
      : await queryRows<OrderRecord>(client, { name: 'orders', text: ORDERS_WITH_PARTS, values: [ids] });
  return new Map(orders.map((order) => [order.id, order]));
}

/** Writes complete orders, in one statement. Lines, payments and moves are added or updated, never deleted. */
export async function writeOrders(client: PoolClient, orders: readonly OrderRecord[]): Promise<void> {
  const tables = [
    { table: 'orders', key: ['id'], rows: orders.map(orderRow) },
    {
      table: 'order_lines',
      key: ['order_id', 'id'],
      rows: orders.flatMap((order) => order.lines.map((line, sequence) => lineRow(order, line, sequence))),
    },
    {
      table: 'payments',
      key: ['id'],
      rows: orders.flatMap((order) => order.payments.map((payment) => paymentRow(order, payment))),
    },
    {
      table: 'order_history',
      key: ['order_id', 'sequence'],
      rows: orders.flatMap((order) => order.history.map((move, sequence) => moveRow(order, move, sequence))),
    },
  ].filter(({ rows }) => rows.length > 0);
  const upserts = tables.map(({ table, key, rows }, n) => upsert(table, key, Object.keys(rows[0]!), `$${n + 1}`));
  const name = ['write', ...tables.map(({ table }) => table)].join('-');
  const text = `WITH ${upserts.map((each, n) => `u${n} AS (${each})`).join(', ')} SELECT`;
  const values = tables.map(({ rows }) => JSON.stringify(rows));
  await execute(client, {
    ...(orders.length > MAX_SHORT_STATEMENT_ORDERS ? withLongTimeout(text, values) : { text, values }),
    name,
  });
}

/**
 * Sets the log position of the newest change in each of the given orders. Must be called after the position has been
 * allocated.
 */
export async function markOrders(client: PoolClient, ids: readonly string[], position: number): Promise<void> {
  await execute(client, 'UPDATE orders SET position = $2 WHERE id = ANY($1)', [ids, position]);
}

export async function ordersOfPayments(client: PoolClient, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
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
export function pageOfOrders(
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
  return queryColumn<{ id: string }>(
    pool,
    `SELECT id FROM orders ${whereClause} ORDER BY placed_at DESC, id DESC LIMIT ${count}`,
    values,
  );
}

/** Returns the ids of the newest sales of a customer, or of a session without a customer. */
export function newestSalesOf(
  pool: Pool,
  { customerId, sessionId }: { readonly customerId: string | null; readonly sessionId: string | null },
  count: number,
): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'newest-sales',
    text: `SELECT id FROM orders
             WHERE kind = 'SALE' AND (customer_id = $1 OR (session_id = $2 AND customer_id IS NULL))
             ORDER BY placed_at DESC, id DESC LIMIT $3`,
    values: [customerId, sessionId, count],
  });
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

/** Returns the earliest sale of each customer who has one. */
export async function readFirstSales(
  client: PoolClient,
  customerIds: readonly string[],
): Promise<Map<string, Pick<OrderRecord, 'id' | 'placedAt'>>> {
  if (customerIds.length === 0) return new Map();
  const rows = await queryRows<{ customerId: string; id: string; placedAt: string }>(client, {
    name: 'first-sales',
    // LATERAL forces index lookups, even if the query plan was made while the shop had few orders.
    text: `SELECT c.id AS "customerId", o.id, ${TIME('o.placed_at')} AS "placedAt"
           FROM unnest($1::text[]) AS c (id) CROSS JOIN LATERAL (
             SELECT id, placed_at FROM orders WHERE customer_id = c.id AND kind = 'SALE'
             ORDER BY placed_at, id COLLATE "C" LIMIT 1
           ) o`,
    values: [customerIds],
  });
  return new Map(rows.map(({ customerId, ...order }) => [customerId, order]));
}

/** SQL: adds or updates the rows of the JSON array in `parameter`. */
function upsert(table: string, key: readonly string[], columns: readonly string[], parameter: string): string {
  const changed = columns.filter((column) => !key.includes(column));
  return `INSERT INTO ${table} (${columns.join(', ')})
    SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, ${parameter}::json)
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}
    WHERE (${changed.map((column) => `${table}.${column}`).join(', ')})
      IS DISTINCT FROM (${changed.map((column) => `excluded.${column}`).join(', ')})`;
}
