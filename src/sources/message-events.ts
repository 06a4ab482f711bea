import { createHash } from 'node:crypto';
import { parseEvents } from '../events/event-json';
import type { EventInput } from '../events/event.type';
import type { BusMessage, Rejection } from '../platform/bus-source';

export const MAX_MESSAGE_EVENTS = 1_000;

export interface MessageEvents {
  readonly events: readonly EventInput[];
  /** For each element of `events`, its index in the message. */
  readonly indexes: readonly number[];
  /** Errors of items that are not valid events, ordered by their index in the message. */
  readonly errors: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

/**
 * Parses the events of a message: one JSON object with the fields of `EventInput`, or an array of up to
 * {@link MAX_MESSAGE_EVENTS} such objects.
 *
 * An event without an `id` gets one. It is derived from the queue's name, the message's id and the event's index in the
 * message. If the message has no id, it is derived from the event's content and from the number of equal events before
 * it in the message. A redelivered message therefore has the same ids, so its events are recorded only once. An event
 * that has neither an `id` nor an `occurredAt` also gets the message's timestamp.
 *
 * @param maxBytes maximum length of the body in bytes
 */
export function parseMessage(message: BusMessage, queue: string, maxBytes: number): MessageEvents | Rejection {
  const items = itemsOf(message.body, maxBytes);
  if (!Array.isArray(items)) return items;
  const { values: inputs, indexes, errors } = parseEvents(items);
  const idOf = message.messageId ? idsFromMessage(queue, message.messageId) : idsFromContent(items, indexes);
  const eventsWithIds: EventInput[] = [];
  const eventIndexes: number[] = [];
  const faults: { index: number; code: string; message: string }[] = errors.map(({ index, code, message, path }) => ({
    index,
    code,
    message: path ? `${path}: ${message}` : message,
  }));
  inputs.forEach((input, n) => {
    const index = indexes[n]!;
    if (input.id != null) {
      eventsWithIds.push(input);
      return void eventIndexes.push(index);
    }
    const occurredAt = input.occurredAt ?? (message.timestamp === undefined ? null : new Date(message.timestamp));
    if (occurredAt === null) {
      const why = 'occurredAt is missing: set it, or send the message with a timestamp';
      return void faults.push({ index, code: 'BAD_USER_INPUT', message: why });
    }
    eventsWithIds.push({ ...input, id: idOf(index), occurredAt });
    eventIndexes.push(index);
  });
  return { events: eventsWithIds, indexes: eventIndexes, errors: faults.sort((a, b) => a.index - b.index) };
}

export function isRejection(result: MessageEvents | Rejection): result is Rejection {
  return 'code' in result;
}

function itemsOf(body: Uint8Array, maxBytes: number): unknown[] | Rejection {
  if (body.byteLength > maxBytes)
    return malformed(`the body must have at most ${maxBytes} bytes; got ${body.byteLength}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return malformed('the body must be JSON in UTF-8');
  }
  if (typeof parsed !== 'object' || parsed === null) return malformed('the body must be a JSON object or array');
  if (!Array.isArray(parsed)) return [parsed];
  if (parsed.length > MAX_MESSAGE_EVENTS)
    return malformed(`a message may have at most ${MAX_MESSAGE_EVENTS} events; got ${parsed.length}`);
  return parsed as unknown[];
}

const malformed = (message: string): Rejection => ({ code: 'MALFORMED', message });

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

function idsFromMessage(queue: string, messageId: string): (index: number) => string {
  const digest = digestOf(JSON.stringify([queue, messageId]));
  return (index) => `message:${digest}:${index}`;
}

function idsFromContent(items: readonly unknown[], indexes: readonly number[]): (index: number) => string {
  let ids: ReadonlyMap<number, string> | undefined;
  return (index) => (ids ??= contentIds(items, indexes)).get(index) as string;
}

/**
 * Returns the content-based id of each valid event, by index. Invalid items get none, because they may be nested too
 * deeply for JSON.stringify.
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
