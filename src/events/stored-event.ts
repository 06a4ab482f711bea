import { hash } from 'node:crypto';
import { canonicalJson } from '../platform/canonical-json';
import type { LogEvent } from './log-event';

/**
 * An event with all fields that the log stores. It is stored as JSON in the inbox, before it enters the log, and in the
 * outbox, from which log changes are published.
 */
export interface StoredEvent extends LogEvent {
  /** Price of one unit, as an exact decimal number. */
  readonly unitPrice?: string;
  readonly currency?: string;
  readonly query?: string;
  /** Id of the served list of products (recommendations or search results) that the event reacts to. */
  readonly requestId?: string;
  /** The rank of the item in that list, from 1. */
  readonly listPosition?: number;
  readonly placement?: string;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Returns the identity of an event: source, id and time. Events with the same identity are the same event, even if they
 * were sent in different ways.
 */
export function eventIdentity(event: Pick<LogEvent, 'source' | 'id' | 'occurredAt'>): string {
  return `${event.source}\n${event.id}\n${event.occurredAt}`;
}

/**
 * Returns 64 bits of SHA-256 over the content (all fields but the identity), as a signed decimal. If two events have
 * the same identity, equal digests mean a repeat and different digests mean a conflict.
 */
export function contentDigest(event: StoredEvent): string {
  const content = [
    event.type,
    event.customerId,
    event.sessionId,
    event.productId,
    event.quantity,
    event.unitPrice === undefined ? undefined : canonicalDecimal(event.unitPrice),
    event.currency,
    event.rating,
    event.query,
    event.requestId,
    event.listPosition,
    event.placement,
    event.name,
    event.properties,
  ];
  // Without properties there are no keys to sort. JSON.stringify then returns the same text as canonicalJson, at a
  // tenth of the cost.
  const text = event.properties === undefined ? JSON.stringify(content) : canonicalJson(content);
  return hash('sha256', text, 'buffer').readBigInt64LE(0).toString();
}

function canonicalDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
