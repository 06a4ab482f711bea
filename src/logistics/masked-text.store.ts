import { queryColumn, type SqlClient } from '../platform/sql';
import { cardLikeNumbers, maskPaymentData } from '../search-engine/text/mask-payment-data';

/** Whose orders and parcels a text may name: those of a customer, those of a session without a customer, and one order. */
interface Owner {
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly orderId: string | null;
}

/** Returns those of the numbers whose digits are all digits of the id or tracking number of an order or parcel of a person. */
async function findOwnDigits(
  client: SqlClient,
  { customerId, sessionId, orderId }: Owner,
  numbers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (numbers.length === 0) return new Set();
  return new Set(
    await queryColumn<{ digits: string }>(
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
    ),
  );
}

/** Returns what a person has written, as it is stored: without numbers of cards, IBANs and security codes. */
export async function maskedText(client: SqlClient, owner: Owner, text: string): Promise<string> {
  const own = await findOwnDigits(client, owner, cardLikeNumbers(text));
  return maskPaymentData(text, (number) => own.has(number));
}
