import type { ContentField } from '../events/event-content';
import type { StoredEvent } from '../events/stored-event';
import type { Arrival } from './compile-stream';

/** An event of the log with its arrival. */
export interface ArrivedEvent extends Arrival {
  readonly event: StoredEvent;
}

const MILLISECONDS = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;

/** SQL: columns of the event row `e` that are always read. */
const REQUIRED_COLUMNS = `e.source, e.id, e.type, ${MILLISECONDS('e.occurred_at')} AS "occurredAt",
  ${MILLISECONDS('e.received_at')} AS "receivedAt", e.backfill, e.quantity`;

/** SQL: columns that are read only if an expression uses one of the listed fields. */
const OPTIONAL_COLUMNS: readonly (readonly [string, readonly string[]])[] = [
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

/** Returns the SQL list of event columns. @param fields that expressions read, like `event.amount` or `other.amount` */
export function eventColumns(fields: ReadonlySet<string>): string {
  // `event.properties.size` becomes `properties`, and `product.brand` becomes `product`.
  const fieldNames = new Set([...fields].map((field) => field.replace(/^(event|other)\.|\..*$/g, '')));
  const asked = OPTIONAL_COLUMNS.filter(([, names]) => names.some((name) => fieldNames.has(name)));
  return [REQUIRED_COLUMNS, ...asked.map(([column]) => column)].join(', ');
}

/** A row of {@link eventColumns}. */
export type StoredEventColumns = Pick<Arrival, 'receivedAt' | 'backfill'> &
  Pick<StoredEvent, 'source' | 'id' | 'type' | 'occurredAt' | 'quantity'> & {
    readonly [Name in Exclude<ContentField, 'type' | 'quantity'>]?: StoredEvent[Name] | null;
  };

/** Converts a row of {@link eventColumns}. */
export function arrivedOf({ receivedAt, backfill, ...event }: StoredEventColumns): ArrivedEvent {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) if (value !== null) known[name] = value;
  return { receivedAt, backfill, event: known as unknown as StoredEvent };
}
