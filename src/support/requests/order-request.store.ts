import { isOpen, ORDER_STATUSES } from '../../orders/life-cycle';
import type { TimeCursor } from '../../graphql/connection';
import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryOne, queryRows, type SqlClient } from '../../platform/sql';
import type { OrderRequestKind, OrderRequestOutcome, OrderRequestRecord, OrderRequestState } from './order-request';

const COLUMNS = `id, kind, order_id AS "orderId", text, lines, problem, pictures, conversation_id AS "conversationId",
  ordinal, state, note, requested_at AS "requestedAt", resolved_at AS "resolvedAt"`;

export async function insertOrderRequest(client: PoolClient, request: OrderRequestRecord): Promise<void> {
  await execute(
    client,
    `INSERT INTO order_requests (id, kind, order_id, text, conversation_id, ordinal, state, requested_at, lines, problem, pictures)
     VALUES ($1, $2, $3, $4, $5, $6, 'REQUESTED', $7, $8, $9, $10)`,
    [
      request.id,
      request.kind,
      request.orderId,
      request.text,
      request.conversationId,
      request.ordinal,
      request.requestedAt,
      JSON.stringify(request.lines),
      request.problem,
      request.pictures,
    ],
  );
}

export async function resolveOrderRequest(
  client: PoolClient,
  id: string,
  outcome: OrderRequestOutcome,
  note: string | null,
  resolvedAt: Date,
): Promise<void> {
  await execute(client, 'UPDATE order_requests SET state = $2, note = $3, resolved_at = $4 WHERE id = $1', [
    id,
    outcome,
    note,
    resolvedAt,
  ]);
}

export async function findOrderRequest(client: SqlClient, id: string): Promise<OrderRequestRecord | undefined> {
  return (await findOrderRequests(client, [id]))[0];
}

export function findOrderRequests(client: SqlClient, ids: readonly string[]): Promise<OrderRequestRecord[]> {
  return queryRows<OrderRequestRecord>(client, `SELECT ${COLUMNS} FROM order_requests WHERE id = ANY($1::uuid[])`, [
    ids,
  ]);
}

/** Returns the request of a kind about an order that the shop has not resolved yet. */
export function findOpenRequest(
  client: SqlClient,
  orderId: string,
  kind: OrderRequestKind,
): Promise<OrderRequestRecord | undefined> {
  return queryFirst<OrderRequestRecord>(
    client,
    `SELECT ${COLUMNS} FROM order_requests WHERE order_id = $1 AND kind = $2 AND state = 'REQUESTED'`,
    [orderId, kind],
  );
}

/** Returns the requests of a conversation. */
export function readRequestsOf(client: SqlClient, conversationId: string): Promise<OrderRequestRecord[]> {
  return queryRows<OrderRequestRecord>(client, `SELECT ${COLUMNS} FROM order_requests WHERE conversation_id = $1`, [
    conversationId,
  ]);
}

/** Returns requests, the newest first. @param states null for all */
export function pageOfOrderRequests(
  client: SqlClient,
  states: readonly OrderRequestState[] | null,
  after: TimeCursor | undefined,
  count: number,
): Promise<OrderRequestRecord[]> {
  return queryRows<OrderRequestRecord>(
    client,
    `SELECT ${COLUMNS} FROM order_requests
     WHERE ($1::text[] IS NULL OR state = ANY($1))
       AND ($2::timestamptz IS NULL OR (requested_at, id) < ($2, $3::uuid))
     ORDER BY requested_at DESC, id DESC LIMIT $4`,
    [states, after?.time ?? null, after?.texts[0] ?? null, count],
  );
}

/** A request that its order resolves. */
export interface SettledRequest {
  readonly id: string;
  readonly outcome: OrderRequestOutcome;
}

/**
 * Returns requests that the shop has resolved by the order itself: a cancellation is confirmed when the order is
 * cancelled, and nothing can be cancelled or changed any more when the order is shipped. A return is confirmed when the
 * order is RETURNED, or when the requested units are recorded as returned after the request. A refund confirms none: it
 * may be for something else. Only `resolveOrderRequest` resolves a problem.
 */
export function readSettledRequests(client: SqlClient, count: number): Promise<SettledRequest[]> {
  return queryRows<SettledRequest>(
    client,
    `SELECT r.id, CASE WHEN r.kind = 'RETURN' OR (r.kind = 'CANCEL' AND o.status IN ('CANCELLED', 'REFUNDED'))
                       THEN 'CONFIRMED' ELSE 'DECLINED' END AS outcome
     FROM order_requests r JOIN orders o ON o.id = r.order_id
     WHERE r.state = 'REQUESTED' AND r.kind <> 'PROBLEM' AND CASE r.kind
         WHEN 'RETURN' THEN o.status = 'RETURNED' OR NOT EXISTS (
           SELECT FROM jsonb_to_recordset(r.lines) AS line ("lineId" text, quantity int)
           WHERE quantity > (SELECT coalesce(sum((h.units->>"lineId")::int), 0) FROM order_history h
                             WHERE h.order_id = r.order_id AND h.status = 'RETURNED' AND h.recorded_at >= r.requested_at))
         ELSE o.status <> ALL($1::text[]) END
     ORDER BY r.requested_at LIMIT $2`,
    [OPEN_STATUSES, count],
  );
}

/** The statuses of orders that can still be changed. */
const OPEN_STATUSES = ORDER_STATUSES.filter(isOpen);

/** Deletes the requests of deleted conversations. */
export async function eraseOrderRequests(client: PoolClient, conversationIds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM order_requests WHERE conversation_id = ANY($1::uuid[])', [conversationIds]);
}

/** Deletes the requests about erased orders. */
export async function eraseRequestsAbout(client: PoolClient, orderIds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM order_requests WHERE order_id = ANY($1::text[])', [orderIds]);
}

/** Returns the number of requests about orders that the shop has not decided, and the age (ms) of the oldest. */
export function measureOrderRequests(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(requested_at)) * 1000, 0) AS "oldestAgeMs"
     FROM order_requests WHERE state = 'REQUESTED'`,
  );
}
