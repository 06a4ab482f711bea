/**
 * The shape in which live state reads the log: one event, already validated, deduplicated and positioned.
 * Pure data, shared by the learner, the evaluation and the read models.
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

export interface LogEvent {
  readonly source: EventSource;
  readonly id: string;
  readonly type: EventType;
  /** Milliseconds since 1970, UTC: when it happened, as its sender says. */
  readonly occurredAt: number;
  readonly customerId?: string;
  readonly sessionId?: string;
  readonly productId?: string;
  /** Units; at least 1. */
  readonly quantity: number;
  /** 0…5, for RATE. */
  readonly rating?: number;
}

/** From here on, what one subject has done counts as another's: two names turned out to be one person's. */
export interface Merge {
  readonly from: string;
  readonly into: string;
}

/** What the log tells, in its order. */
export type LogEntry = LogEvent | Merge;

/** A merge that is known by its place. */
export interface LoggedMerge extends Merge {
  readonly position: number;
}

export function isMerge<M extends Merge>(entry: LogEvent | M): entry is M {
  return 'into' in entry;
}

/**
 * Whose history an event belongs to: the customer where one is known, else the session.
 * `undefined` for an event that names neither.
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

export function isSessionSubject(subject: string): boolean {
  return subject.startsWith('s:');
}

/**
 * The order (invoice, basket) that a purchase belongs to. An order line is source ORDERS with the id `<order>:<line…>`;
 * purchases sent otherwise belong together when one subject made them at the same instant.
 */
export function orderKeyOf(event: LogEvent): string | undefined {
  if (event.source === 'ORDERS') return `o:${orderIdOf(event.id)}`;
  const subject = subjectOf(event);
  return subject === undefined ? undefined : `${subject}@${event.occurredAt}`;
}

/** The order's id, of the id of one of its lines or of the order itself. */
export function orderIdOf(lineId: string): string {
  const colon = lineId.indexOf(':');
  return colon < 0 ? lineId : lineId.slice(0, colon);
}
