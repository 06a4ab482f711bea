import { createHash } from 'node:crypto';
import { eventsOfJson } from '../events/event-json';
import type { EventInput } from '../events/event.type';
import type { BusMessage, Rejection } from '../platform/bus-source';

/** Events that a message may hold. */
export const MAX_MESSAGE_EVENTS = 1_000;

export interface MessageEvents {
  readonly events: readonly EventInput[];
  /** Where each of `events` stands in the message. */
  readonly indexes: readonly number[];
  /** What is no event, by its place in the message. */
  readonly errors: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

/**
 * A message as events: one JSON object with the fields of `EventInput`, or an array of up to {@link MAX_MESSAGE_EVENTS}.
 * The same message gives the same events whenever it is delivered. Where an event has no `id` it gets one: from the queue,
 * the message's id and its place in it, or, where the message has none, from its own content and how often that has come
 * before in the message. It happened at its `occurredAt`, or else at the message's timestamp.
 *
 * @param maxBytes longest body
 */
export function eventsOfMessage(message: BusMessage, queue: string, maxBytes: number): MessageEvents | Rejection {
  const items = itemsOf(message.body, maxBytes);
  if (!Array.isArray(items)) return items;
  const { inputs, indexes, errors } = eventsOfJson(items);
  const idOf = message.messageId ? byMessage(queue, message.messageId) : byContent(items, indexes);
  const named: EventInput[] = [];
  const at: number[] = [];
  const faults: { index: number; code: string; message: string }[] = errors.map(({ index, code, message, path }) => ({
    index,
    code,
    message: path ? `${path}: ${message}` : message,
  }));
  inputs.forEach((input, n) => {
    const index = indexes[n];
    if (input.id != null) {
      named.push(input);
      return void at.push(index);
    }
    const occurredAt = input.occurredAt ?? (message.timestamp === undefined ? null : new Date(message.timestamp));
    if (occurredAt === null) {
      const why = 'occurredAt: neither the event nor its message says when it happened';
      return void faults.push({ index, code: 'BAD_USER_INPUT', message: why });
    }
    named.push({ ...input, id: idOf(index), occurredAt });
    at.push(index);
  });
  return { events: named, indexes: at, errors: faults.sort((a, b) => a.index - b.index) };
}

export function isRejection(read: MessageEvents | Rejection): read is Rejection {
  return 'code' in read;
}

function itemsOf(body: Uint8Array, maxBytes: number): unknown[] | Rejection {
  if (body.byteLength > maxBytes) return malformed(`it has ${body.byteLength} bytes: at most ${maxBytes}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return malformed('it is not JSON in UTF-8');
  }
  if (typeof parsed !== 'object' || parsed === null) return malformed('it is neither an object nor an array');
  if (!Array.isArray(parsed)) return [parsed];
  if (parsed.length > MAX_MESSAGE_EVENTS)
    return malformed(`it has ${parsed.length} events: at most ${MAX_MESSAGE_EVENTS}`);
  return parsed as unknown[];
}

const malformed = (message: string): Rejection => ({ code: 'MALFORMED', message });

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

function byMessage(queue: string, messageId: string): (index: number) => string {
  const digest = digestOf(JSON.stringify([queue, messageId]));
  return (index) => `message:${digest}:${index}`;
}

function byContent(items: readonly unknown[], indexes: readonly number[]): (index: number) => string {
  let ids: ReadonlyMap<number, string> | undefined;
  return (index) => (ids ??= contentIds(items, indexes)).get(index) as string;
}

/**
 * Ids for the items that are events, whether or not the sender gave them one, so that an id does not depend on which
 * others were given ids. What is no event gets none: it may be nested too deep to be written as JSON again.
 */
function contentIds(items: readonly unknown[], indexes: readonly number[]): ReadonlyMap<number, string> {
  const occurrences = new Map<string, number>();
  return new Map(
    indexes.map((index) => {
      const digest = digestOf(JSON.stringify(items[index]));
      const n = (occurrences.get(digest) ?? 0) + 1;
      occurrences.set(digest, n);
      return [index, `content:${digest}:${n}`];
    }),
  );
}
