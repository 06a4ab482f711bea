import type { StoredEvent } from '../events/stored-event';
import { FACT_FIELDS, type ProductFacts } from '../catalog/product-facts';
import type { Field, FieldType, RecordShape } from '../expressions/shape';
import { decimalOfText, multiplyDecimals, textOfDecimal, type ExactDecimal } from './aggregate/exact-decimal';

/** What was known when an event came in, of its product and its customer. */
export interface Known {
  readonly product?: ProductFacts;
  /** Its attributes. */
  readonly customer?: Readonly<Record<string, unknown>>;
}

/** An event, and what a stream has derived of it so far. */
export interface EventRow {
  event: StoredEvent;
  known: Known;
  /** Of a pair, the second one. */
  other?: StoredEvent;
  readonly derived: unknown[];
  /** Of derived fields that are exact decimals, by their place. */
  readonly exact: (ExactDecimal | undefined)[];
}

/** What expressions know of an event. An amount is the nearest double; aggregated as it stands, it is exact: see {@link EXACT}. */
const EVENT_FIELDS: RecordShape<Pick<EventRow, 'event'>>['fields'] = {
  id: { type: 'string', read: ({ event }) => event.id },
  source: { type: 'string', read: ({ event }) => event.source },
  type: { type: 'string', read: ({ event }) => event.type },
  occurredAt: { type: 'google.protobuf.Timestamp', read: ({ event }) => new Date(event.occurredAt) },
  customerId: { type: 'string', read: ({ event }) => event.customerId },
  sessionId: { type: 'string', read: ({ event }) => event.sessionId },
  productId: { type: 'string', read: ({ event }) => event.productId },
  quantity: { type: 'double', read: ({ event }) => event.quantity },
  unitPrice: { type: 'double', read: ({ event }) => nearest(EXACT.unitPrice(event)) },
  amount: { type: 'double', read: ({ event }) => nearest(EXACT.amount(event)) },
  currency: { type: 'string', read: ({ event }) => event.currency },
  rating: { type: 'double', read: ({ event }) => event.rating },
  query: { type: 'string', read: ({ event }) => event.query },
  requestId: { type: 'string', read: ({ event }) => event.requestId },
  position: { type: 'double', read: ({ event }) => event.listPosition },
  placement: { type: 'string', read: ({ event }) => event.placement },
  name: { type: 'string', read: ({ event }) => event.name },
  properties: { type: 'map<string, dyn>', read: ({ event }) => event.properties },
};

/** As they were when the event came in. */
const RELATED: RecordShape<EventRow>['related'] = {
  product: Object.fromEntries(
    Object.entries(FACT_FIELDS).map(([name, { type, read }]): [string, Field<EventRow>] => [
      name,
      { type, read: ({ known: { product } }) => product && read(product) },
    ]),
  ),
  customer: { attributes: { type: 'map<string, dyn>', read: ({ known: { customer } }) => customer } },
};

/** …and of the other event of a pair, the same. */
const OTHER_FIELDS: RecordShape<EventRow>['fields'] = {
  ...Object.fromEntries(
    Object.entries(EVENT_FIELDS).map(([name, { type, read }]): [string, Field<EventRow>] => [
      name,
      { type, read: ({ other }) => other && read({ event: other }) },
    ]),
  ),
  // After `event`; below 0 where it happened before.
  secondsAfter: {
    type: 'double',
    read: ({ event, other }) => other && (other.occurredAt - event.occurredAt) / 1_000,
  },
};

/** Decimals of an event as they were sent, by the field's name: `amount` is unit price × quantity. */
export const EXACT: Readonly<Record<'unitPrice' | 'amount', (event: StoredEvent) => ExactDecimal | undefined>> = {
  unitPrice: ({ unitPrice }) => (unitPrice === undefined ? undefined : decimalOfText(unitPrice)),
  amount: ({ unitPrice, quantity }) =>
    unitPrice === undefined
      ? undefined
      : multiplyDecimals(decimalOfText(unitPrice), { units: BigInt(quantity), scale: 0 }),
};

/** Fields that say nothing of who it was. All others may. */
export const IMPERSONAL: ReadonlySet<string> = new Set([
  'other.secondsAfter',
  ...[
    'source',
    'type',
    'occurredAt',
    'productId',
    'quantity',
    'unitPrice',
    'amount',
    'currency',
    'rating',
    'position',
    'placement',
  ].flatMap((field) => [`event.${field}`, `other.${field}`]),
]);

/**
 * The event's fields and, beside them, what is derived: in that order, each may use those before it.
 * @param ofPairs whether there is an `other`, too
 */
export function shapeWith(
  derived: readonly { readonly name: string; readonly type: FieldType }[],
  ofPairs: boolean,
): RecordShape<EventRow> {
  const fields: Record<string, Field<EventRow>> = { ...EVENT_FIELDS };
  derived.forEach(({ name, type }, at) => (fields[name] = { type, read: (row) => row.derived[at] }));
  return { name: 'event', fields, related: ofPairs ? { ...RELATED, other: OTHER_FIELDS } : RELATED };
}

export function nearest(exact: ExactDecimal | undefined): number | undefined {
  return exact && Number(textOfDecimal(exact));
}
