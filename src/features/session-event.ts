import { EVENT_TYPES, type EventSource, type EventType } from '../events/log-event';
import { hashText32 } from '../learn/hash-text';

/** A product as the log knew it when an event arrived. */
export interface SessionProduct {
  readonly id: string;
  /** The most specific category: the last one that the catalogue lists; null for a product without categories. */
  readonly category: string | null;
  /** Null if unknown. */
  readonly price: number | null;
  /** Whether the price is below the list price. */
  readonly isDiscounted: boolean;
}

/** @param listPrice null if unknown */
export function toSessionProduct({
  id,
  category,
  price,
  listPrice,
}: Omit<SessionProduct, 'isDiscounted'> & { readonly listPrice: number | null }): SessionProduct {
  return { id, category, price, isDiscounted: price !== null && listPrice !== null && price < listPrice };
}

/** An event of a visitor, with the fields that session features and labels need. What its type does not need is null. */
export interface SessionEvent {
  readonly type: EventType;
  /** Milliseconds since 1970 (UTC). */
  readonly at: number;
  /** Of an event that opens a product, or changes the cart or orders. */
  readonly product: SessionProduct | null;
  readonly quantity: number;
  /**
   * The served list (recommendations or search results) that a page view or a click reacts to. A search has the id of its
   * own. An id with more than {@link MAX_REQUEST_ID_LENGTH} characters is represented by its hash.
   */
  readonly requestId: string | null;
  /** Of a search: whether its results are sorted by ascending price or by discount. */
  readonly isSortedByPrice: boolean;
  /** Of a search: whether it has no result. */
  readonly isWithoutResults: boolean;
  /** Of a purchase: the key of its order. */
  readonly orderKey: string | null;
}

/** The types whose product counts. */
const PRODUCT_TYPES: ReadonlySet<EventType> = new Set<EventType>([
  'VIEW',
  'CLICK',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'PURCHASE',
]);
/** The types whose served list counts. */
const REQUEST_TYPES: ReadonlySet<EventType> = new Set<EventType>(['VIEW', 'CLICK', 'SEARCH']);
/** The ids of lists are UUIDs. A storefront can send longer ones, but they should not use up memory. */
const MAX_REQUEST_ID_LENGTH = 36;

/** The values of a search's property `sort` that look for low prices. */
const PRICE_SORTS: ReadonlySet<unknown> = new Set(['PRICE_ASC', 'DISCOUNT']);

/** What the log stores of an event, as far as sessions need it. */
export interface LoggedAction {
  readonly source: EventSource;
  readonly id: string;
  readonly type: EventType;
  readonly occurredAt: number;
  readonly quantity: number;
  readonly requestId?: string | null;
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

/**
 * Returns whether an event is an action of a visitor in the shop: every event of the storefront, a search, an answer to an
 * advertisement, and an order. Payments, shipments, support and returns are not.
 */
export function isSessionEvent({ source, type }: Pick<LoggedAction, 'source' | 'type'>): boolean {
  if (source === 'ORDERS') return type === 'PURCHASE';
  return source === 'STOREFRONT' || source === 'SEARCH' || source === 'ADS';
}

/**
 * Returns whether an event can start a session. An order that comes from a till, a telephone or an import has no
 * session, so an order belongs to a running session or to none.
 */
export function startsSession({ type }: Pick<SessionEvent, 'type'>): boolean {
  return type !== 'PURCHASE';
}

/** @param orderKey the key of a purchase's order, see `orderKeyOf` */
export function toSessionEvent(
  { source, id, type, occurredAt, quantity, requestId, properties }: LoggedAction,
  product: SessionProduct | null,
  orderKey: string | null,
): SessionEvent {
  const isSearch = type === 'SEARCH';
  return {
    type,
    at: occurredAt,
    product: PRODUCT_TYPES.has(type) ? product : null,
    quantity,
    requestId: REQUEST_TYPES.has(type) ? shortId(source === 'SEARCH' && isSearch ? id : (requestId ?? null)) : null,
    isSortedByPrice: isSearch && PRICE_SORTS.has(properties?.sort),
    isWithoutResults: isSearch && properties?.total === 0,
    orderKey,
  };
}

function shortId(id: string | null): string | null {
  return id !== null && id.length > MAX_REQUEST_ID_LENGTH ? String(hashText32(id)) : id;
}

const TYPE_ORDER = new Map(EVENT_TYPES.map((type, at) => [type, at]));

/**
 * Sorts by time. Events of the same time are sorted by all their fields, so that the result depends on the set of
 * events and not on their sequence.
 */
export function compareSessionEvents(a: SessionEvent, b: SessionEvent): number {
  return (
    a.at - b.at ||
    TYPE_ORDER.get(a.type)! - TYPE_ORDER.get(b.type)! ||
    compareText(a.product?.id ?? '', b.product?.id ?? '') ||
    compareText(a.requestId ?? '', b.requestId ?? '') ||
    compareText(a.orderKey ?? '', b.orderKey ?? '') ||
    a.quantity - b.quantity ||
    Number(a.isSortedByPrice) - Number(b.isSortedByPrice) ||
    Number(a.isWithoutResults) - Number(b.isWithoutResults)
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
