import type { Pool } from '../platform/postgres';
import { queryColumn, queryRows } from '../platform/sql';
import type { OrderStatus } from '../orders/life-cycle';

/** Maximum number of orders that one call reads. */
const MAX_ORDERS_PER_ROUND = 500;

export interface OpenOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly placedAt: number;
  /** When the order was shipped, in milliseconds since 1970 (UTC); null before. */
  readonly shippedAt: number | null;
  readonly currency: string;
  readonly total: string;
  /** The amount charged minus refunds. */
  readonly paid: string;
}

export function readOpenOrders(pool: Pool): Promise<OpenOrder[]> {
  return queryRows<OpenOrder>(pool, {
    name: 'demo-open-orders',
    text: `SELECT * FROM (
          SELECT o.id, o.status, round(extract(epoch FROM o.placed_at) * 1000)::float8 AS "placedAt", o.currency,
            (SELECT round(extract(epoch FROM max(h.occurred_at)) * 1000)::float8 FROM order_history h
             WHERE h.order_id = o.id AND h.status = 'SHIPPED') AS "shippedAt",
            o.total::text, (SELECT coalesce(sum(CASE kind WHEN 'CHARGE' THEN amount ELSE -amount END), 0)
                            FROM payments p WHERE p.order_id = o.id)::text AS paid
          FROM orders o
          WHERE o.kind = 'SALE' AND o.total > 0 AND (o.status IN ('PLACED', 'PAID', 'PACKED', 'SHIPPED', 'CANCELLED', 'RETURNED')
            OR o.status = 'DELIVERED' AND o.placed_at > now() - interval '1 hour')
        ) open WHERE status NOT IN ('CANCELLED', 'RETURNED') OR paid::numeric > 0
        ORDER BY "placedAt" DESC LIMIT ${MAX_ORDERS_PER_ROUND}`,
  });
}

/** Returns the ids of orders that customers have asked to cancel at least `ageMs` ago, without a decision of the shop. */
export function readRequestedCancellations(pool: Pool, ageMs: number): Promise<string[]> {
  return queryColumn<{ orderId: string }>(pool, {
    name: 'demo-cancellations',
    text: `SELECT order_id AS "orderId" FROM order_requests
           WHERE state = 'REQUESTED' AND kind = 'CANCEL' AND requested_at < now() - $1 * interval '1 ms'
           ORDER BY requested_at LIMIT ${MAX_ORDERS_PER_ROUND}`,
    values: [ageMs],
  });
}

/** Returns when a shipment was handed over, in milliseconds since 1970 (UTC); undefined if it is not stored yet. */
export async function readHandOver(pool: Pool, shipmentId: string): Promise<number | undefined> {
  const rows = await queryRows<{ at: number }>(pool, {
    name: 'demo-shipment',
    text: `SELECT round(extract(epoch FROM record_at) * 1000)::float8 AS at FROM shipments
           WHERE id = $1 AND record_at IS NOT NULL`,
    values: [shipmentId],
  });
  return rows[0]?.at;
}
