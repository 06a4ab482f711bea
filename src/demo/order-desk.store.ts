import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { OrderStatus } from '../orders/life-cycle';

/** Maximum number of orders that one call reads. */
const MAX_ORDERS_PER_ROUND = 500;

export interface OpenOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly placedAt: number;
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
            o.total::text, (SELECT coalesce(sum(CASE kind WHEN 'CHARGE' THEN amount ELSE -amount END), 0)
                            FROM payments p WHERE p.order_id = o.id)::text AS paid
          FROM orders o
          WHERE o.kind = 'SALE' AND o.total > 0 AND (o.status IN ('PLACED', 'PAID', 'PACKED', 'SHIPPED', 'CANCELLED', 'RETURNED')
            OR o.status = 'DELIVERED' AND o.placed_at > now() - interval '1 hour')
        ) open WHERE status NOT IN ('CANCELLED', 'RETURNED') OR paid::numeric > 0
        ORDER BY "placedAt" DESC LIMIT ${MAX_ORDERS_PER_ROUND}`,
  });
}
