import type { StoredEvent } from '../events/stored-event';
import type { Arrival } from './compile-stream';

/** An event of the log with when it came in. */
export interface ArrivedEvent extends Arrival {
  readonly event: StoredEvent;
}

const MILLISECONDS = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;

/** SQL: what is always read of the row `e` of an event. */
const ALWAYS = `e.source, e.id, e.type, ${MILLISECONDS('e.occurred_at')} AS "occurredAt",
  ${MILLISECONDS('e.received_at')} AS "receivedAt", e.backfill, e.quantity`;

/** …and what is read where an expression asks for it, by the fields that rest on it. */
const ASKED: readonly (readonly [string, readonly string[]])[] = [
  ['e.customer_id AS "customerId"', ['customerId', 'customer']],
  ['e.session_id AS "sessionId"', ['sessionId']],
  ['e.product_id AS "productId"', ['productId', 'product']],
  ['e.unit_price::text AS "unitPrice"', ['unitPrice', 'amount']],
  ['e.currency', ['currency']],
  ['e.rating', ['rating']],
  ['e.query', ['query']],
  ['e.request_id AS "requestId"', ['requestId']],
  ['e.list_position AS "listPosition"', ['position']],
  ['e.placement', ['placement']],
  ['e.name', ['name']],
  ['e.properties', ['properties']],
];

/** SQL: columns of events. @param fields that expressions read, as `event.amount`, or of a pair `other.amount` */
export function columnsOf(fields: ReadonlySet<string>): string {
  const read = new Set([...fields].map((field) => field.replace(/^(event|other)\.|\..*$/g, '')));
  const asked = ASKED.filter(([, names]) => names.some((name) => read.has(name)));
  return [ALWAYS, ...asked.map(([column]) => column)].join(', ');
}

/** A row of {@link columnsOf}. */
export function arrivedOf({ receivedAt, backfill, ...event }: Arrival & StoredEvent): ArrivedEvent {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) if (value !== null) known[name] = value;
  return { receivedAt, backfill, event: known as unknown as StoredEvent };
}
