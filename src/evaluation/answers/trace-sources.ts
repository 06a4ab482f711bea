import type { AnswerSource } from './check-answer';
import type { Fact, ScriptedConversation } from './conversation-script';
import type { ScriptRun } from './play-script';

const MONEY = '{ amount currency }';
/** For each kind of object, the query that reads the fields that answers state. */
const QUERIES: Readonly<Record<string, string>> = {
  ORDER: `query($id: ID!) { found: order(id: $id) { id customerId placedAt status returnableUntil
    total ${MONEY} lines { productId quantity }
    charged ${MONEY} refunded ${MONEY} payments { id occurredAt amount ${MONEY} } } }`,
  ORDER_REQUEST: `query($id: ID!) { found: orderRequest(id: $id) { id conversationId orderId state note requestedAt } }`,
  SHIPMENT: `query($id: ID!) { found: shipment(id: $id) { id trackingNumber carrier status statusAt place deliveredAt
    promisedAt order { id customerId } } }`,
  PRODUCT: `query($id: ID!) { found: product(id: $id) { id title description availability price ${MONEY} attributes publishedAt } }`,
};
const MAX_VALUES = 5;

/** How many values were compared with their fields, and what was wrong, one sentence each. */
export interface TracedSources {
  readonly compared: number;
  readonly faults: readonly string[];
}

/**
 * Reads the field of each source of an answer through the API, and compares it with the stated value. An order, a request
 * or a parcel must belong to the customer or guest of the conversation. Estimates change with time, and articles and settings are not compared.
 */
export async function traceSources(
  sources: readonly AnswerSource[],
  conversation: Pick<ScriptedConversation, 'customerId' | 'guestOrderId'>,
  { send, now }: Pick<ScriptRun, 'send' | 'now'>,
): Promise<TracedSources> {
  const objects = new Map<string, Fact | null>();
  const faults: string[] = [];
  let compared = 0;
  for (const { kind, objectId, field, value } of sources) {
    const query = QUERIES[kind];
    if (query === undefined) continue;
    const name = `${kind} ${objectId}`;
    let object = objects.get(name);
    if (object === undefined) {
      object = (await send<{ found: Fact | null }>(query, { id: objectId })).found;
      objects.set(name, object);
      if (object === null) faults.push(`${name} does not exist`);
      else if (kind === 'PRODUCT' && Date.parse(object.publishedAt as string) > now)
        faults.push(`${name} is not published`);
      else if (kind !== 'PRODUCT' && !isOwn(await orderOf(kind, object, send), conversation))
        faults.push(`${name} does not belong to the customer`);
    }
    if (object === null) continue;
    compared++;
    const stored = textOf(fieldAt(object, pathOf(field)));
    const isStored =
      field === 'attributes'
        ? Object.hasOwn(object.attributes as Fact, value)
        : field === 'description'
          ? stored?.includes(value)
          : isEqual(stored, value);
    if (!isStored) faults.push(`${name} ${field} is ${stored ?? 'absent'}; the answer states ${value}`);
  }
  return { compared, faults };
}

/** Returns the order that an object belongs to. */
async function orderOf(kind: string, object: Fact, send: ScriptRun['send']): Promise<Fact | null> {
  if (kind === 'ORDER') return object;
  if (kind !== 'ORDER_REQUEST') return object.order as Fact | null;
  return (await send<{ found: Fact | null }>(QUERIES.ORDER, { id: object.orderId })).found;
}

function isOwn(
  order: Fact | null,
  { customerId, guestOrderId }: Pick<ScriptedConversation, 'customerId' | 'guestOrderId'>,
): boolean {
  if (order === null) return false;
  return guestOrderId !== undefined ? order.id === guestOrderId : order.customerId === customerId;
}

/** The name of an attribute and the id of a payment may have dots. */
function pathOf(field: string): string[] {
  const [, list, name, rest] = /^(attributes|payments)\.(.+?)(?:\.([a-zA-Z]+))?$/s.exec(field) ?? [];
  if (list === 'attributes') return [list, field.slice('attributes.'.length)];
  return list === undefined ? [field] : [list, name, rest];
}

/** The payments of an order are named by their ids. */
function fieldAt(object: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof object !== 'object' || object === null) return object;
  if (Array.isArray(object))
    return fieldAt(
      (object as Fact[]).find(({ id }) => id === name),
      rest,
    );
  return fieldAt((object as Fact)[name], rest);
}

/** Returns a value as the sources of answers have it. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) && value.every(isLine))
    return value.map(({ productId, quantity }) => `${quantity} ${productId}`).join(', ');
  if (Array.isArray(value)) return value.filter(isStated).slice(0, MAX_VALUES).map(String).join(', ');
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const { amount, currency } = value as { amount?: string; currency?: string };
  return `${amount} ${currency}`;
}

function isLine(value: unknown): value is { productId: string; quantity: number } {
  return typeof value === 'object' && value !== null && 'productId' in value;
}

function isStated(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : typeof value === 'number' || typeof value === 'boolean';
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

function isEqual(stored: string | null, value: string): boolean {
  if (stored === null || stored === value) return stored === value;
  return ISO_TIME.test(stored) && ISO_TIME.test(value) && Date.parse(stored) === Date.parse(value);
}
