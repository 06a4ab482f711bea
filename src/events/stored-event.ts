import { hash } from 'node:crypto';
import { canonicalJson } from '../platform/canonical-json';
import type { LogEvent } from './log-event';

/** An event with everything the log keeps of it, as it travels through inbox and outbox (JSON). */
export interface StoredEvent extends LogEvent {
  /** Exact decimal, per unit. */
  readonly unitPrice?: string;
  readonly currency?: string;
  readonly query?: string;
  /** The served list it reacts to. */
  readonly requestId?: string;
  /** The rank at which the item was shown. */
  readonly listPosition?: number;
  readonly placement?: string;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Two events with this in common are the same event, wherever and whenever they arrive. */
export function identityOf(event: Pick<LogEvent, 'source' | 'id' | 'occurredAt'>): string {
  return `${event.source}\n${event.id}\n${event.occurredAt}`;
}

/**
 * 64 bits of SHA-256 over the content (all but the identity), as a signed decimal: tells a repeat from a conflict.
 */
export function digestOf(event: StoredEvent): string {
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
  // Without properties there are no keys to bring into order: the same text, at a tenth of the cost.
  const text = event.properties === undefined ? JSON.stringify(content) : canonicalJson(content);
  return hash('sha256', text, 'buffer').readBigInt64LE(0).toString();
}

function canonicalDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
