/**
 * Types of the log's entries: validated events without duplicates, and merges. Entries are plain data, which the
 * learner, the evaluation of models and the API processes share.
 */

export const EVENT_TYPES = [
  'VIEW',
  'CLICK',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'PURCHASE',
  'RETURN',
  'RATE',
  'LIKE',
  'DISLIKE',
  'SEARCH',
  'IMPRESSION',
  'CUSTOM',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_SOURCES = ['STOREFRONT', 'ORDERS', 'PAYMENTS', 'LOGISTICS', 'ADS', 'SEARCH', 'SUPPORT'] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

/**
 * Names of the events that `recordShipments` and `recordScans` write, with the source LOGISTICS. Their ids are
 * `<shipment>` and `<shipment>:<hash of the content>`. `recordEvents` refuses these names.
 */
export const SHIPMENT_RECORDED = 'shipment_recorded';
export const PARCEL_SCANNED = 'parcel_scanned';

/** Names of the events that `voidScans` and `voidShipment` write. `recordEvents` refuses these names, too. */
export const SCAN_VOIDED = 'scan_voided';
export const SHIPMENT_VOIDED = 'shipment_voided';

/**
 * Names of the events that a worker writes of parcels, with the source LOGISTICS. Their ids are `<shipment>:<name>`, and
 * `<shipment>:<name>:<number>` from the second time on that a parcel is late or delivered. `recordEvents` refuses these
 * names, too.
 */
export const PARCEL_NOTICES = [
  'parcel_delivered',
  'parcel_delivered_withdrawn',
  'parcel_exception',
  'parcel_late',
  'parcel_late_withdrawn',
  'parcel_stuck',
] as const;
export type ParcelNotice = (typeof PARCEL_NOTICES)[number];

/**
 * Names of the events of conversations, with the source SUPPORT. Their ids are `<conversation>:<message or request>:<name>`. They
 * state intent and outcome, never a text. `recordEvents` refuses these names, too.
 */
export const SUPPORT_EVENTS = [
  'support_answered',
  'support_handed_off',
  'support_closed',
  'support_rated',
  'support_requested',
  'support_resolved',
  'support_contained',
  'support_corrected',
] as const;
export type SupportEventName = (typeof SUPPORT_EVENTS)[number];

export interface LogEvent {
  readonly source: EventSource;
  readonly id: string;
  readonly type: EventType;
  /** When it happened according to its sender, in milliseconds since 1970 (UTC). */
  readonly occurredAt: number;
  readonly customerId?: string;
  readonly sessionId?: string;
  readonly productId?: string;
  /** Number of units, at least 1. */
  readonly quantity: number;
  /** Rating from 0 to 5, for RATE events. */
  readonly rating?: number;
}

/**
 * A merge of two subjects (customers or sessions) that are the same person. The events of `from` before the log
 * position of the merge belong to `into`.
 */
export interface Merge {
  readonly from: string;
  readonly into: string;
}

export type LogEntry = LogEvent | Merge;

export interface LoggedMerge extends Merge {
  readonly position: number;
}

export function isMerge<M extends Merge>(entry: LogEvent | M): entry is M {
  return 'into' in entry;
}

/**
 * Returns the subject whose history an event belongs to: its customer, or its session if it has no customer.
 * `undefined` for an event with neither.
 */
export function subjectOf(event: Pick<LogEvent, 'customerId' | 'sessionId'>): string | undefined {
  if (event.customerId !== undefined) return subjectOfCustomer(event.customerId);
  if (event.sessionId !== undefined) return subjectOfSession(event.sessionId);
  return undefined;
}

export function subjectOfCustomer(id: string): string {
  return `c:${id}`;
}

export function subjectOfSession(id: string): string {
  return `s:${id}`;
}

/** Returns the name under which an erasure remembers an order: no event of the order's parcels is logged after it. */
export function subjectOfOrder(id: string): string {
  return `o:${id}`;
}

/** Returns the ids of the orders among the subjects of erased people. */
export function orderIdsIn(subjects: readonly string[]): string[] {
  const prefix = subjectOfOrder('');
  return subjects.flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []));
}

export function subjectOfShipment(id: string): string {
  return `p:${id}`;
}

/** Names of all events of shipments: the records, the scans, what was voided of them, and what a worker notices. */
export const SHIPMENT_EVENTS: readonly string[] = [
  ...[SHIPMENT_RECORDED, PARCEL_SCANNED, SCAN_VOIDED, SHIPMENT_VOIDED],
  ...PARCEL_NOTICES,
];

/** Returns whether an event is one of {@link SHIPMENT_EVENTS}. */
export function isShipmentEvent({ source, name }: { readonly source: EventSource; readonly name?: string }): boolean {
  return source === 'LOGISTICS' && name !== undefined && SHIPMENT_EVENTS.includes(name);
}

export function isParcelNotice(name: string | undefined): name is ParcelNotice {
  return (PARCEL_NOTICES as readonly (string | undefined)[]).includes(name);
}

export function isSupportEvent({ source, name }: { readonly source: EventSource; readonly name?: string }): boolean {
  return source === 'SUPPORT' && (SUPPORT_EVENTS as readonly (string | undefined)[]).includes(name);
}

/** Returns the shipment's id, given the id of one of the events of {@link isShipmentEvent}. */
export function shipmentIdOf(eventId: string): string {
  return beforeColon(eventId);
}

/**
 * Returns the subject under which the log stores an event, and under which an erasure finds it. The events of a
 * shipment have the subject `p:<shipment>`, although they belong to no history.
 */
export function storedSubjectOf(
  event: Pick<LogEvent, 'source' | 'id' | 'customerId' | 'sessionId'> & { readonly name?: string },
): string | undefined {
  return isShipmentEvent(event) ? subjectOfShipment(shipmentIdOf(event.id)) : subjectOf(event);
}

export function isSessionSubject(subject: string): boolean {
  return subject.startsWith('s:');
}

/**
 * Returns the key of the order (invoice, basket) that a purchase belongs to. An order line has the source ORDERS and
 * the id `<order>:<line…>`. Other purchases belong together if one subject made them at the same time.
 */
export function orderKeyOf(
  event: Pick<LogEvent, 'source' | 'id' | 'occurredAt' | 'customerId' | 'sessionId'>,
): string | undefined {
  if (event.source === 'ORDERS') return `o:${orderIdOf(event.id)}`;
  const subject = subjectOf(event);
  return subject === undefined ? undefined : `${subject}@${event.occurredAt}`;
}

/** Returns the order's id, given the id of the order or of one of its lines. */
export function orderIdOf(lineId: string): string {
  return beforeColon(lineId);
}

function beforeColon(text: string): string {
  const colon = text.indexOf(':');
  return colon < 0 ? text : text.slice(0, colon);
}
