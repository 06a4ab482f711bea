import { randomUUID } from 'node:crypto';
import { codePointsIn, isLongerThan } from '../expressions/code-points';
import type { Identity } from '../auth/identity';
import type { ErrorCode } from '../graphql/errors';
import { hasControls } from '../graphql/id';
import { checkMoney } from '../graphql/money-fault';
import { isShopKey, type Scope } from '../graphql/scope';
import { HAS_CONTROLS } from '../graphql/shown-text';
import { findLengthFault, MAX_FUTURE_MS } from '../graphql/storable';
import { maskPaymentData } from '../search-engine/text/mask-payment-data';
import type { EventInput } from './event.type';
import { isShipmentEvent, isSupportEvent, type EventType } from './log-event';
import { identityHash } from './inbox-order';
import { contentDigest, eventIdentity, type StoredEvent } from './stored-event';

/** The error of an event that is not accepted. */
export interface EventFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
}

/**
 * The ids come from the sender's token. With a storefront key, every event gets the ids of the token, and an event with
 * other ids is refused.
 */
interface Sender extends Identity {
  readonly scope: Scope;
}

export interface ValidationContext {
  readonly sender: Sender;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly knowsProduct: (id: string) => boolean;
  /**
   * Returns whether a `requestId` was issued to a customer or session. Events from a storefront key are stored without
   * any other `requestId`. If absent, they are stored without one.
   */
  readonly isIssuedTo?: (requestId: string, who: Identity) => boolean;
  /** Whether the events were stored before, so that they may be those of shipments. Default: false. */
  readonly isRetry?: boolean;
}

/** Maximum age of an event from a storefront key. Storefronts that were offline send events late. */
const MAX_STOREFRONT_AGE_MS = 7 * 24 * 3_600_000;
export const MAX_QUANTITY = 1_000_000;
const MAX_PROPERTIES_LENGTH = 4_096;

const STOREFRONT_TYPES: ReadonlySet<EventType> = new Set([
  'VIEW',
  'CLICK',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'SEARCH',
  'IMPRESSION',
  'LIKE',
  'DISLIKE',
  'RATE',
  'CUSTOM',
]);
const PRODUCT_EVENT_TYPES: ReadonlySet<EventType> = new Set([
  'VIEW',
  'CLICK',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'PURCHASE',
  'RETURN',
  'RATE',
  'LIKE',
  'DISLIKE',
  'IMPRESSION',
]);

/** Validates an event without a validation library, which would take four times as long as the rest of ingestion. */
export function validateEvent(input: EventInput, context: ValidationContext): StoredEvent | EventFault {
  return (
    faultOfPermission(input, context.sender) ??
    faultOfTime(input, context) ??
    faultOfForm(input) ??
    faultOfName(input, context) ??
    (isReservedName(input) ? undefined : faultOfProperties(input)) ??
    faultOfSubject(input, context.sender) ??
    faultOfProduct(input, context) ??
    toStored(input, context)
  );
}

/**
 * Validates the events of a request. Two events with the same source, `id` and `occurredAt` count as one event if all
 * other fields are equal, too; otherwise, the later one is a CONFLICT.
 * @returns the events to store; hashes of the identities (source, id, time) of those with an `id` set by the sender;
 *   the number of accepted events, including repeats; and for each event that is not accepted, the error and its index
 */
export function validateEvents(
  inputs: readonly EventInput[],
  givenContext: ValidationContext,
): { events: StoredEvent[]; identities: number[]; accepted: number; faults: (EventFault & { index: number })[] } {
  const events: StoredEvent[] = [];
  const faults: (EventFault & { index: number })[] = [];
  const eventsByIdentity = new Map<string, StoredEvent>();
  const identities: number[] = [];
  let accepted = 0;
  const context = { ...givenContext, isIssuedTo: rememberLast(givenContext.isIssuedTo) };
  inputs.forEach((input, index) => {
    const event = validateEvent(input, context);
    if (isFault(event)) return void faults.push({ ...event, index });
    if (input.id != null) {
      const identity = eventIdentity(event);
      const first = eventsByIdentity.get(identity);
      if (first && contentDigest(first) !== contentDigest(event)) {
        return void faults.push({
          ...fault('CONFLICT', 'the request has another event with the same identity and different content', 'id'),
          index,
        });
      }
      if (first) return void accepted++;
      eventsByIdentity.set(identity, event);
      identities.push(identityHash(event));
    }
    events.push(event);
    accepted++;
  });
  return { events, identities, accepted, faults };
}

function isFault(event: StoredEvent | EventFault): event is EventFault {
  return 'code' in event;
}

function fault(code: ErrorCode, message: string, path?: string): EventFault {
  return path === undefined ? { code, message } : { code, message, path };
}

const badInput = (message: string, path: string) => fault('BAD_USER_INPUT', message, path);

function faultOfPermission(input: EventInput, sender: Sender): EventFault | undefined {
  if (isShopKey(sender.scope)) return undefined;
  if (!STOREFRONT_TYPES.has(input.type)) {
    return fault('FORBIDDEN', `a storefront key may not send ${input.type}: use a server key`, 'type');
  }
  if (input.source != null && input.source !== 'STOREFRONT') {
    return fault('FORBIDDEN', `source must be STOREFRONT with a storefront key; got ${input.source}`, 'source');
  }
  if (input.unitPrice != null)
    return fault('FORBIDDEN', 'a storefront key may not send unitPrice: use a server key', 'unitPrice');
  for (const name of ['customerId', 'sessionId'] as const) {
    if (input[name] != null && input[name] !== sender[name]) {
      return fault('FORBIDDEN', `${name} must match the token's ${name}`, name);
    }
  }
  return undefined;
}

function faultOfTime(input: EventInput, { now, sender }: ValidationContext): EventFault | undefined {
  if (input.occurredAt == null) {
    return input.id == null
      ? undefined
      : badInput('occurredAt is missing: an event with an id requires it', 'occurredAt');
  }
  const at = input.occurredAt.getTime();
  if (!Number.isFinite(at)) return badInput('occurredAt must be a valid time', 'occurredAt');
  if (at > now + MAX_FUTURE_MS) return badInput('occurredAt must be at most 5 minutes in the future', 'occurredAt');
  if (at < 0) return badInput('occurredAt must not be before 1970', 'occurredAt');
  if (!isShopKey(sender.scope) && at < now - MAX_STOREFRONT_AGE_MS) {
    return badInput('occurredAt must be at most 7 days ago with a storefront key', 'occurredAt');
  }
  return undefined;
}

function faultOfForm(input: EventInput): EventFault | undefined {
  for (const [name, maxLength] of [
    ['query', 500],
    ['placement', 100],
    ['name', 100],
  ] as const) {
    const text = input[name];
    if (text != null && isLongerThan(text, maxLength))
      return badInput(`${name} must have at most ${maxLength} characters; got ${codePointsIn(text)}`, name);
    // Words that a customer has typed are no name.
    if (text != null && name !== 'query' && hasControls(text)) return badInput(`${name} ${HAS_CONTROLS}`, name);
  }
  const quantity = input.quantity ?? 1;
  if (quantity < 1 || quantity > MAX_QUANTITY)
    return badInput(`quantity must be between 1 and ${MAX_QUANTITY}; got ${quantity}`, 'quantity');
  if (input.position != null && input.position < 1)
    return badInput(`position must be at least 1; got ${input.position}`, 'position');
  if (input.rating != null && !(input.rating >= 0 && input.rating <= 5))
    return badInput(`rating must be between 0 and 5; got ${input.rating}`, 'rating');
  if (input.type === 'RATE' && input.rating == null)
    return badInput('rating is missing: a RATE event requires it', 'rating');
  if (input.type === 'SEARCH' && !input.query) return badInput('query is missing: a SEARCH event requires it', 'query');
  if (input.type === 'CUSTOM' && !input.name) return badInput('name is missing: a CUSTOM event requires it', 'name');
  return faultOfPrice(input);
}

/** Refuses the names of the events that other mutations write. */
function faultOfName(input: EventInput, { isRetry = false }: ValidationContext): EventFault | undefined {
  if (isRetry || !isReservedName(input)) return undefined;
  const owner =
    input.source === 'SUPPORT' ? 'conversations: use askSupport' : 'parcels: use recordShipments and recordScans';
  return badInput(`name ${input.name} is reserved for the events of ${owner}`, 'name');
}

function isReservedName({ source, name }: EventInput): boolean {
  const named = { source: source ?? ('STOREFRONT' as const), name: name ?? undefined };
  return isShipmentEvent(named) || isSupportEvent(named);
}

function faultOfPrice({ unitPrice }: EventInput): EventFault | undefined {
  if (unitPrice == null) return undefined;
  const wrong = checkMoney(unitPrice);
  if (wrong) return badInput(wrong.message, `unitPrice.${wrong.path}`);
  return unitPrice.amount.startsWith('-')
    ? badInput('unitPrice.amount must not be negative', 'unitPrice.amount')
    : undefined;
}

function faultOfProperties({ properties }: EventInput): EventFault | undefined {
  const wrong = properties == null ? undefined : findLengthFault('properties', properties, MAX_PROPERTIES_LENGTH);
  return wrong === undefined ? undefined : badInput(wrong, 'properties');
}

/** Returns the customer and session of an event. With a storefront key, they come from the token. */
function subjectIdsOf(input: EventInput, sender: Sender): Pick<EventInput, 'customerId' | 'sessionId'> {
  return isShopKey(sender.scope) ? input : sender;
}

function faultOfSubject(input: EventInput, sender: Sender): EventFault | undefined {
  const { customerId, sessionId } = subjectIdsOf(input, sender);
  if (customerId != null || sessionId != null || input.type === 'CUSTOM') return undefined;
  return badInput('customerId or sessionId is missing: one of them is required', 'customerId');
}

function faultOfProduct(input: EventInput, { sender, knowsProduct }: ValidationContext): EventFault | undefined {
  if (input.productId == null) {
    return PRODUCT_EVENT_TYPES.has(input.type)
      ? badInput(`productId is missing: a ${input.type} event requires it`, 'productId')
      : undefined;
  }
  // With a server key, an event may name an unknown product: it takes effect when the product is upserted.
  if (isShopKey(sender.scope) || knowsProduct(input.productId)) return undefined;
  return fault('NOT_FOUND', `there is no product ${JSON.stringify(input.productId)}`, 'productId');
}

/**
 * Converts a valid event. The fields are assigned one by one, because building the object from entries was the most
 * expensive step of ingestion.
 */
function toStored(input: EventInput, context: ValidationContext): StoredEvent {
  const { sender, now } = context;
  const event: Writable<StoredEvent> = {
    source: input.source ?? 'STOREFRONT',
    id: input.id ?? randomUUID(),
    type: input.type,
    occurredAt: input.occurredAt?.getTime() ?? now,
    quantity: input.quantity ?? 1,
  };
  const { customerId, sessionId } = subjectIdsOf(input, sender);
  if (customerId != null) event.customerId = customerId;
  if (sessionId != null) event.sessionId = sessionId;
  if (input.productId != null) event.productId = input.productId;
  if (input.rating != null) event.rating = input.rating;
  if (input.unitPrice != null) {
    event.unitPrice = input.unitPrice.amount;
    if (input.unitPrice.currency != null) event.currency = input.unitPrice.currency;
  }
  if (input.query != null) event.query = maskPaymentData(input.query);
  if (input.requestId != null && mayName(input.requestId, context)) event.requestId = input.requestId;
  if (input.position != null) event.listPosition = input.position;
  if (input.placement != null) event.placement = input.placement;
  if (input.name != null) event.name = input.name;
  if (input.properties != null) event.properties = input.properties;
  return event;
}

/** Returns whether an event is stored with this `requestId`. */
function mayName(requestId: string, { sender, isIssuedTo }: ValidationContext): boolean {
  return isShopKey(sender.scope) || isIssuedTo?.(requestId, sender) === true;
}

/** Verifies successive events that react to the same list only once. All events of a request have the same sender. */
function rememberLast(isIssuedTo: ValidationContext['isIssuedTo']): ValidationContext['isIssuedTo'] {
  if (isIssuedTo === undefined) return undefined;
  let last: string | undefined;
  let result = false;
  return (requestId, who) => {
    if (requestId !== last) [last, result] = [requestId, isIssuedTo(requestId, who)];
    return result;
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
