import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EVENT_SOURCES, EVENT_TYPES } from '../events/log-event';
import { validateEvent } from '../events/validate';
import type { ImportLine, LineReader } from './import-file.service';
import { isRejected, money, parseJsonLine, time } from './json-line';

const event = z.strictObject({
  id: z.string().nullish(),
  occurredAt: time,
  type: z.enum(EVENT_TYPES),
  customerId: z.string().nullish(),
  sessionId: z.string().nullish(),
  productId: z.string().nullish(),
  quantity: z.int().nullish(),
  unitPrice: money.nullish(),
  rating: z.number().nullish(),
  query: z.string().nullish(),
  requestId: z.string().nullish(),
  position: z.int().nullish(),
  placement: z.string().nullish(),
  source: z.enum(EVENT_SOURCES).nullish(),
  name: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Events as JSON lines, one object a line with the fields of GraphQL's `EventInput`; `occurredAt` is needed. An event
 * without an `id` gets one from its line's text and how often that text has come before, so that importing a file
 * twice changes nothing.
 */
export class JsonlEvents implements LineReader {
  private line = 0;
  private readonly occurrences = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parseJsonLine(text, event);
    if (isRejected(input)) return { line, ...input };
    const withId = { ...input, id: input.id ?? this.idOf(text) };
    const stored = validateEvent(withId, { sender: { scope: 'ADMIN' }, now: this.now(), knowsProduct: () => true });
    if ('code' in stored) return { line, rejected: stored.code, message: `${stored.path ?? 'the line'}: ${stored.message}` };
    return { line, event: stored };
  }

  private idOf(text: string): string {
    const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const n = (this.occurrences.get(digest) ?? 0) + 1;
    this.occurrences.set(digest, n);
    return `line:${digest}:${n}`;
  }
}
