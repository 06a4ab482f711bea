import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';

/** Maximum number of products that are read of an order. */
const MAX_PRODUCTS = 50;

/** A parcel that was delivered to a customer, counted from its order. Times are in milliseconds since 1970 (UTC). */
export interface DeliveredOrder {
  readonly placedAt: number;
  readonly deliveredAt: number;
  /** The first characters of the postcode; null if it is unknown. */
  readonly prefix: string | null;
  /** The products of the order, up to 50. */
  readonly productIds: readonly string[];
}

/** Returns the parcels to a country that were delivered last, the newest first, `count` of them at most. */
export function readDeliveredOrders(pool: Pool, country: string, count: number): Promise<DeliveredOrder[]> {
  return queryRows<DeliveredOrder>(
    pool,
    `SELECT round(date_part('epoch', o.placed_at) * 1000) AS "placedAt",
       round(date_part('epoch', s.delivered_at) * 1000) AS "deliveredAt", s.record->>'postcodePrefix' AS prefix,
       ARRAY(SELECT product_id FROM order_lines l WHERE l.order_id = o.id LIMIT ${MAX_PRODUCTS}) AS "productIds"
     FROM (SELECT order_id, delivered_at, record FROM shipments
           WHERE record->>'country' = $1 AND delivered_at IS NOT NULL AND record->>'kind' = 'OUTBOUND'
           ORDER BY delivered_at DESC LIMIT $2) s
     JOIN orders o ON o.id = s.order_id WHERE s.delivered_at > o.placed_at ORDER BY s.delivered_at DESC`,
    [country, count],
  );
}
