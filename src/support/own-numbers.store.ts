import { queryRows, type SqlClient } from '../platform/sql';
import { cardLikeNumbers, maskPaymentData } from '../search-engine/text/mask-payment-data';
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
       UNION ALL
       SELECT s.record->>'trackingNumber', own.id, s.id, placed_at FROM shipments s JOIN own ON own.id = s.order_id
     )
     SELECT name, "orderId", "shipmentId" FROM named
     WHERE lower(regexp_replace(name, '[^0-9A-Za-z]+', '', 'g')) = ANY($4::text[])
     ORDER BY placed_at DESC, "orderId", name, "shipmentId" LIMIT $5`,
    [customerId, sessionId, orderId, codes, MAX_OWN_NUMBERS],
  );
}

/** Returns those of the numbers whose digits are all digits of the id or tracking number of an order or parcel of a person. */
async function findOwnDigits(
  client: SqlClient,
  { customerId, sessionId, orderId }: ConversationOwner,
  numbers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (numbers.length === 0) return new Set();
  const rows = await queryRows<{ digits: string }>(
    client,
    `WITH own AS (
       SELECT id FROM orders WHERE customer_id = $1 OR (session_id = $2 AND customer_id IS NULL) OR id = $3
     ), named AS (
       SELECT id AS name FROM own
       UNION ALL
       SELECT unnest(ARRAY[s.id, s.record->>'trackingNumber']) FROM shipments s JOIN own ON own.id = s.order_id
     )
     SELECT DISTINCT digits FROM (SELECT regexp_replace(name, '[^0-9]+', '', 'g') AS digits FROM named) numbered
     WHERE digits = ANY($4::text[])`,
    [customerId, sessionId, orderId, numbers],
  );
  return new Set(rows.map(({ digits }) => digits));
}

/** Returns what a person has written in a conversation, as it is stored: without numbers of cards, IBANs and security codes. */
export async function maskedText(client: SqlClient, owner: ConversationOwner, text: string): Promise<string> {
  const own = await findOwnDigits(client, owner, cardLikeNumbers(text));
  return maskPaymentData(text, (number) => own.has(number));
}
