import type { StoredEvent } from '../events/stored-event';
import { PRODUCT_CODES } from '../catalog/product-codes';
import { FACT_FIELDS, type ProductFacts } from '../catalog/product-facts';
import type { CodeField } from '../expressions/read-codes';
import type { Field, FieldType, RecordShape } from '../expressions/shape';
import { CURRENCY_FORM, readCurrency } from '../platform/codes';
import { decimalOfText, multiplyDecimals, textOfDecimal, type ExactDecimal } from '../learn/exact-decimal';

/** How expressions refer to the segment of the customer. */
export const SEGMENT_FIELD = 'customer.segment';

/** The product and the customer of an event, as they were when the event was received. */
export interface EventContext {
  readonly product?: ProductFacts;
  /** Attributes of the customer. */
  readonly customer?: Readonly<Record<string, unknown>>;
  /** The id of the customer's segment. */
  readonly segment?: string;
}

/** An event, with the derived fields that a stream has computed so far. */
export interface EventRow {
  event: StoredEvent;
  context: EventContext;
  /** The other event of a pair. */
  other?: StoredEvent;
  readonly derived: unknown[];
  /** Exact values of the derived fields that are decimals, by index. */
  readonly exact: (ExactDecimal | undefined)[];
}

/**
 * Fields of an event in expressions. Decimals are rounded to the nearest double. But if the expression of an aggregate
 * consists of a decimal field alone, the aggregate uses its exact value: see {@link EXACT_FIELDS}.
 */
const EVENT_FIELDS: RecordShape<Pick<EventRow, 'event'>>['fields'] = {
  id: { type: 'string', read: ({ event }) => event.id },
  source: { type: 'string', read: ({ event }) => event.source },
  type: { type: 'string', read: ({ event }) => event.type },
  occurredAt: { type: 'google.protobuf.Timestamp', read: ({ event }) => new Date(event.occurredAt) },
  customerId: { type: 'string', read: ({ event }) => event.customerId },
  sessionId: { type: 'string', read: ({ event }) => event.sessionId },
  productId: { type: 'string', read: ({ event }) => event.productId },
  quantity: { type: 'double', read: ({ event }) => event.quantity },
  unitPrice: { type: 'double', read: ({ event }) => nearestDouble(EXACT_FIELDS.unitPrice(event)) },
  amount: { type: 'double', read: ({ event }) => nearestDouble(EXACT_FIELDS.amount(event)) },
  currency: { type: 'string', read: ({ event }) => event.currency },
  rating: { type: 'double', read: ({ event }) => event.rating },
  query: { type: 'string', read: ({ event }) => event.query },
  requestId: { type: 'string', read: ({ event }) => event.requestId },
  position: { type: 'double', read: ({ event }) => event.listPosition },
  placement: { type: 'string', read: ({ event }) => event.placement },
  name: { type: 'string', read: ({ event }) => event.name },
  properties: { type: 'map<string, dyn>', read: ({ event }) => event.properties },
};

/** Fields of the product and the customer, as they were when the event was received. */
const RELATED: RecordShape<EventRow>['related'] = {
  product: Object.fromEntries(
    Object.entries(FACT_FIELDS).map(([name, { type, read }]): [string, Field<EventRow>] => [
      name,
      { type, read: ({ context: { product } }) => product && read(product) },
    ]),
  ),
  customer: {
    attributes: { type: 'map<string, dyn>', read: ({ context: { customer } }) => customer },
    segment: { type: 'string', read: ({ context: { segment } }) => segment },
  },
};

const HAS_NO_VERSIONS = 'predictions are not stored as of each event, so streams cannot read them';
/** Fields of customers that other expressions have and streams don't, and why. */
const UNAVAILABLE: RecordShape<EventRow>['unavailable'] = {
  'customer.expectedAmount': HAS_NO_VERSIONS,
  'customer.purchaseProbability': HAS_NO_VERSIONS,
  'customer.churnProbability': HAS_NO_VERSIONS,
};

/** Fields of the other event of a pair: those of {@link EVENT_FIELDS}, and `secondsAfter`. */
const OTHER_FIELDS: RecordShape<EventRow>['fields'] = {
  ...Object.fromEntries(
    Object.entries(EVENT_FIELDS).map(([name, { type, read }]): [string, Field<EventRow>] => [
      name,
      { type, read: ({ other }) => other && read({ event: other }) },
    ]),
  ),
  // Seconds from `event` to `other`; negative if `other` occurred before `event`.
  secondsAfter: {
    type: 'double',
    read: ({ event, other }) => other && (other.occurredAt - event.occurredAt) / 1_000,
  },
};

/** The fields that are codes. */
export const CODE_FIELDS: readonly CodeField[] = [
  ...['event', 'other'].map((record) => ({ record, field: 'currency', read: readCurrency, form: CURRENCY_FORM })),
  ...PRODUCT_CODES,
];

/** Exact values of the decimal fields of an event. `amount` is unit price × quantity. */
export const EXACT_FIELDS: Readonly<Record<'unitPrice' | 'amount', (event: StoredEvent) => ExactDecimal | undefined>> =
  {
    unitPrice: ({ unitPrice }) => (unitPrice === undefined ? undefined : decimalOfText(unitPrice)),
    amount: ({ unitPrice, quantity }) =>
      unitPrice === undefined ? undefined : multiplyDecimals(decimalOfText(unitPrice), { units: quantity, scale: 0 }),
  };

/** Fields that contain no personal data. All other fields may contain some. */
export const NON_PERSONAL_FIELDS: ReadonlySet<string> = new Set([
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
 * Returns the record shape with the fields of the event and the derived fields. Each derived field may use earlier
 * ones.
 * @param hasPairs whether expressions can also read `other`
 */
export function eventShape(
  derived: readonly { readonly name: string; readonly type: FieldType }[],
  hasPairs: boolean,
): RecordShape<EventRow> {
  const fields: Record<string, Field<EventRow>> = { ...EVENT_FIELDS };
  derived.forEach(({ name, type }, at) => (fields[name] = { type, read: (row) => row.derived[at] }));
  const related = hasPairs ? { ...RELATED, other: OTHER_FIELDS } : RELATED;
  return { name: 'event', fields, related, unavailable: UNAVAILABLE };
}

export function nearestDouble(exact: ExactDecimal | undefined): number | undefined {
  return exact && Number(textOfDecimal(exact));
}
