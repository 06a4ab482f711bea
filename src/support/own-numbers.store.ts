import { queryRows, type SqlClient } from '../platform/sql';
import type { ConversationOwner } from './conversation';
import type { OwnNumber } from './understanding/entities';

/** Number of numbers that are read for one message. */
const MAX_OWN_NUMBERS = 50;

/** Returns the numbers of a person's orders and parcels whose letters and digits are one of the codes; the newest orders first. */
export async function findOwnNumbers(
  client: SqlClient,
  { customerId, sessionId, orderId }: ConversationOwner,
  codes: readonly string[],
): Promise<readonly OwnNumber[]> {
  if (codes.length === 0) return [];
  return queryRows<OwnNumber>(
    client,
    `WITH own AS (
       SELECT id, placed_at FROM orders WHERE customer_id = $1 OR (session_id = $2 AND customer_id IS NULL) OR id = $3
     ), named AS (
       SELECT id AS name, id AS "orderId", NULL AS "shipmentId", placed_at FROM own
       UNION ALL
       SELECT s.id, own.id, s.id, placed_at FROM shipments s JOIN own ON own.id = s.order_id
         WHERE s.status <> 'VOIDED'
       UNION ALL
       SELECT s.record->>'trackingNumber', own.id, s.id, placed_at FROM shipments s JOIN own ON own.id = s.order_id
         WHERE s.status <> 'VOIDED'
     )
     SELECT name, "orderId", "shipmentId" FROM named
     WHERE lower(regexp_replace(name, '[^0-9A-Za-z]+', '', 'g')) = ANY($4::text[])
     ORDER BY placed_at DESC, "orderId", name, "shipmentId" LIMIT $5`,
    [customerId, sessionId, orderId, codes, MAX_OWN_NUMBERS],
  );
}
