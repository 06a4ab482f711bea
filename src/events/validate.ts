import { randomUUID } from 'node:crypto';
import { faultOfId } from '../auth/identify';
import type { ErrorCode } from '../graphql/errors';
import { faultOfMoney } from '../graphql/money.type';
import type { Scope } from '../graphql/scope';
import { faultOfJsonObject, FUTURE_MS, isStorable } from '../graphql/storable';
import type { EventInput } from './event.type';
import type { EventType } from './log-event';
import { identityHash } from './inbox-order';
import { digestOf, identityOf, type StoredEvent } from './stored-event';

/** Why an event is not accepted. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
}

export interface Sender {
  readonly scope: Scope;
  /** From the token; with a storefront key these rule. */
  readonly customerId?: string;
  readonly sessionId?: string;
}

export interface ValidationContext {
  readonly sender: Sender;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly knowsProduct: (id: string) => boolean;
}

/** A storefront that was offline sends late; older than this it is not believed. */
export const STOREFRONT_PAST_MS = 7 * 24 * 3_600_000;
export const MAX_QUANTITY = 1_000_000;
const MAX_PROPERTIES = 4_096;

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
const ABOUT_A_PRODUCT: ReadonlySet<EventType> = new Set([
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

/** Checked by hand: a validation library costs four times as much as everything else an event goes through. */
export function validateEvent(input: EventInput, context: ValidationContext): StoredEvent | Fault {
  return (
    faultOfPermission(input, context.sender) ??
    faultOfTime(input, context) ??
    faultOfForm(input) ??
    faultOfSubject(input, context.sender) ??
    faultOfProduct(input, context) ??
    toStored(input, context)
  );
}

/**
 * A whole request's events. An exact repeat inside it is one event; the same identity with other content is a CONFLICT.
 * @returns what to store, hashes of the identities that the sender chose, and a fault with its index for each event that is
 * not accepted
 */
export function validateEvents(
  inputs: readonly EventInput[],
  context: ValidationContext,
): { events: StoredEvent[]; identities: number[]; accepted: number; faults: (Fault & { index: number })[] } {
  const events: StoredEvent[] = [];
  const faults: (Fault & { index: number })[] = [];
  const seen = new Map<string, StoredEvent>();
  const identities: number[] = [];
  let accepted = 0;
  inputs.forEach((input, index) => {
    const event = validateEvent(input, context);
    if (isFault(event)) return void faults.push({ ...event, index });
    if (input.id != null) {
      const identity = identityOf(event);
      const first = seen.get(identity);
      if (first && digestOf(first) !== digestOf(event)) {
        return void faults.push({
          ...fault('CONFLICT', 'this request has the same event with other content', 'id'),
          index,
        });
      }
      if (first) return void accepted++;
      seen.set(identity, event);
      identities.push(identityHash(event));
    }
    events.push(event);
    accepted++;
  });
  return { events, identities, accepted, faults };
}

function isFault(event: StoredEvent | Fault): event is Fault {
  return 'code' in event;
}

function fault(code: ErrorCode, message: string, path?: string): Fault {
  return path === undefined ? { code, message } : { code, message, path };
}

const bad = (message: string, path: string) => fault('BAD_USER_INPUT', message, path);

function faultOfPermission(input: EventInput, sender: Sender): Fault | undefined {
  if (sender.scope !== 'STOREFRONT') return undefined;
  if (!STOREFRONT_TYPES.has(input.type)) {
    return fault('FORBIDDEN', `a storefront key may not send ${input.type}: the shop's back end does`, 'type');
  }
  if (input.source != null && input.source !== 'STOREFRONT') {
    return fault('FORBIDDEN', `a storefront key may not send from ${input.source}`, 'source');
  }
  if (input.unitPrice != null) return fault('FORBIDDEN', 'a storefront key may not send prices', 'unitPrice');
  for (const name of ['customerId', 'sessionId'] as const) {
    if (input[name] != null && input[name] !== sender[name]) {
      return fault('FORBIDDEN', `${name} is not the one of this token`, name);
    }
  }
  return undefined;
}

function faultOfTime(input: EventInput, { now, sender }: ValidationContext): Fault | undefined {
  if (input.occurredAt == null) {
    return input.id == null
      ? undefined
      : bad('an id needs its occurredAt: together they make repeats harmless', 'occurredAt');
  }
  const at = input.occurredAt.getTime();
  if (!Number.isFinite(at)) return bad('occurredAt is not a time', 'occurredAt');
  if (at > now + FUTURE_MS) return bad('occurredAt is more than 5 minutes ahead', 'occurredAt');
  if (at < 0) return bad('occurredAt is before 1970', 'occurredAt');
  if (sender.scope === 'STOREFRONT' && at < now - STOREFRONT_PAST_MS) {
    return bad('occurredAt is more than 7 days ago', 'occurredAt');
  }
  return undefined;
}

function faultOfForm(input: EventInput): Fault | undefined {
  for (const name of ['id', 'customerId', 'sessionId', 'productId', 'requestId'] as const) {
    const id = input[name];
    const wrong = id == null ? undefined : faultOfId(name, id);
    if (wrong) return bad(wrong, name);
  }
  for (const [name, most] of [
    ['query', 500],
    ['placement', 100],
    ['name', 100],
  ] as const) {
    const text = input[name];
    if (text != null && (text.length > most || !isStorable(text))) {
      return bad(
        text.length > most
          ? `${name} is longer than ${most} characters`
          : `${name} has characters that can't be stored`,
        name,
      );
    }
  }
  const quantity = input.quantity ?? 1;
  if (quantity < 1 || quantity > MAX_QUANTITY)
    return bad(`quantity is ${quantity}: it may be from 1 to ${MAX_QUANTITY}`, 'quantity');
  if (input.position != null && input.position < 1) return bad('position counts from 1', 'position');
  if (input.rating != null && !(input.rating >= 0 && input.rating <= 5))
    return bad('rating may be from 0 to 5', 'rating');
  if (input.type === 'RATE' && input.rating == null) return bad('RATE needs a rating', 'rating');
  if (input.type === 'SEARCH' && !input.query) return bad('SEARCH needs a query', 'query');
  if (input.type === 'CUSTOM' && !input.name) return bad('CUSTOM needs a name', 'name');
  return faultOfPrice(input) ?? faultOfProperties(input);
}

function faultOfPrice({ unitPrice }: EventInput): Fault | undefined {
  if (unitPrice == null) return undefined;
  const wrong = faultOfMoney(unitPrice);
  if (wrong) return bad(wrong.message, `unitPrice.${wrong.path}`);
  return unitPrice.amount.startsWith('-') ? bad('a price is not negative', 'unitPrice.amount') : undefined;
}

function faultOfProperties({ properties }: EventInput): Fault | undefined {
  const wrong = properties == null ? undefined : faultOfJsonObject('properties', properties, MAX_PROPERTIES);
  return wrong === undefined ? undefined : bad(wrong, 'properties');
}

/** Whose event it is: a storefront's token says so, a server key itself. */
function namesOf(input: EventInput, sender: Sender): Pick<EventInput, 'customerId' | 'sessionId'> {
  return sender.scope === 'STOREFRONT' ? sender : input;
}

function faultOfSubject(input: EventInput, sender: Sender): Fault | undefined {
  const { customerId, sessionId } = namesOf(input, sender);
  if (customerId != null || sessionId != null || input.type === 'CUSTOM') return undefined;
  return bad('customerId or sessionId is needed: whose event is it?', 'customerId');
}

function faultOfProduct(input: EventInput, { sender, knowsProduct }: ValidationContext): Fault | undefined {
  if (input.productId == null) {
    return ABOUT_A_PRODUCT.has(input.type) ? bad(`${input.type} needs a productId`, 'productId') : undefined;
  }
  // From the back end an unknown product is kept: it comes to life when the product is upserted.
  if (sender.scope !== 'STOREFRONT' || knowsProduct(input.productId)) return undefined;
  return fault('NOT_FOUND', `there is no product ${JSON.stringify(input.productId)}`, 'productId');
}

/** Field by field: building it of lists of entries was what an event cost most. */
function toStored(input: EventInput, { sender, now }: ValidationContext): StoredEvent {
  const event: Writable<StoredEvent> = {
    source: input.source ?? 'STOREFRONT',
    id: input.id ?? randomUUID(),
    type: input.type,
    occurredAt: input.occurredAt?.getTime() ?? now,
    quantity: input.quantity ?? 1,
  };
  const { customerId, sessionId } = namesOf(input, sender);
  if (customerId != null) event.customerId = customerId;
  if (sessionId != null) event.sessionId = sessionId;
  if (input.productId != null) event.productId = input.productId;
  if (input.rating != null) event.rating = input.rating;
  if (input.unitPrice != null) {
    event.unitPrice = input.unitPrice.amount;
    if (input.unitPrice.currency != null) event.currency = input.unitPrice.currency;
  }
  if (input.query != null) event.query = input.query;
  if (input.requestId != null) event.requestId = input.requestId;
  if (input.position != null) event.listPosition = input.position;
  if (input.placement != null) event.placement = input.placement;
  if (input.name != null) event.name = input.name;
  if (input.properties != null) event.properties = input.properties;
  return event;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
