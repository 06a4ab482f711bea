import { createHash } from 'node:crypto';
import { EVENT_SOURCES, EVENT_TYPES, type EventSource, type EventType } from '../log-event';
import type { ImportedEvent, ImportRow } from './import-row';

const LONGEST_ID = 200;

/**
 * Events as JSON lines, one object a line with the fields of GraphQL's `EventInput`. An event without an `id` gets one
 * made from its line's text and how often that text has come before, so that importing a file twice changes nothing.
 */
export class JsonlReader {
  private line = 0;
  private readonly occurrences = new Map<string, number>();

  /** The next line of the file; undefined for an empty one. */
  read(text: string): ImportRow | undefined {
    this.line++;
    if (text.trim() === '') return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.malformed('not JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.malformed('not a JSON object');
    const event = this.eventOf(value as Record<string, unknown>, text);
    return typeof event === 'string' ? this.malformed(event) : { line: this.line, event };
  }

  private malformed(message: string): ImportRow {
    return { line: this.line, rejected: 'MALFORMED', message };
  }

  /** The event, or what is wrong with it. */
  private eventOf(input: Record<string, unknown>, text: string): ImportedEvent | string {
    const type = input.type as EventType;
    if (!EVENT_TYPES.includes(type)) return `type is none of ${EVENT_TYPES.join(', ')}`;
    const source = (input.source ?? 'STOREFRONT') as EventSource;
    if (!EVENT_SOURCES.includes(source)) return `source is none of ${EVENT_SOURCES.join(', ')}`;
    const occurredAt = typeof input.occurredAt === 'string' ? Date.parse(input.occurredAt) : NaN;
    if (Number.isNaN(occurredAt)) return 'occurredAt is not an ISO 8601 time';
    for (const name of ['id', 'customerId', 'sessionId', 'productId'] as const) {
      const id = input[name];
      if (id === undefined || id === null) continue;
      if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) {
        return `${name} is not a string of 1 to ${LONGEST_ID} characters`;
      }
    }
    if (input.customerId == null && input.sessionId == null) return 'neither customerId nor sessionId';
    const quantity = input.quantity ?? 1;
    if (!Number.isSafeInteger(quantity) || (quantity as number) < 1)
      return 'quantity is not a whole number of at least 1';
    const rating = input.rating ?? undefined;
    if (rating !== undefined && !(typeof rating === 'number' && rating >= 0 && rating <= 5)) {
      return 'rating is not between 0 and 5';
    }
    if (type === 'RATE' && rating === undefined) return 'RATE without a rating';
    const unitPrice = moneyOf(input.unitPrice);
    if (unitPrice === null) return 'unitPrice is not {amount: decimal string, currency}';
    return {
      source,
      id: (input.id as string | undefined) ?? this.madeId(text),
      type,
      occurredAt,
      customerId: optional(input.customerId),
      sessionId: optional(input.sessionId),
      productId: optional(input.productId),
      quantity: quantity as number,
      rating,
      unitPrice: unitPrice?.amount,
      currency: unitPrice?.currency,
      query: typeof input.query === 'string' ? input.query : undefined,
      name: typeof input.name === 'string' ? input.name : undefined,
      properties: (input.properties ?? undefined) as Record<string, unknown> | undefined,
    };
  }

  private madeId(text: string): string {
    const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const n = (this.occurrences.get(digest) ?? 0) + 1;
    this.occurrences.set(digest, n);
    return `line:${digest}:${n}`;
  }
}

function optional(id: unknown): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/** undefined: absent; null: wrong. */
function moneyOf(value: unknown): { amount: string; currency: string } | undefined | null {
  if (value === undefined || value === null) return undefined;
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'string' || !/^-?\d+(\.\d+)?$/.test(amount)) return null;
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? { amount, currency } : null;
}
