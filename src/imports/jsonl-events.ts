import { createHash } from 'node:crypto';
import { EventInput } from '../events/event.type';
import { validateEvent } from '../events/validate';
import type { ImportLine, LineReader } from './import-file';
import { isRejected, jsonLineParser, withFieldName } from './json-line';
import { LineOccurrences } from './line-occurrences';

const parse = jsonLineParser(EventInput);

/**
 * Reads events from JSON lines: one object per line with the fields of GraphQL's `EventInput`. `occurredAt` is
 * required. An event without an `id` gets an id made from the text of its line and the number of occurrences of that
 * text so far. So a repeated import of a file changes nothing.
 */
export class JsonlEvents implements LineReader {
  private line = 0;
  private readonly occurrences = new LineOccurrences();

  constructor(private readonly now: () => number = Date.now) {}

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parse(text);
    if (isRejected(input)) return { line, ...input };
    if (input.occurredAt == null)
      return { line, rejected: 'BAD_USER_INPUT', message: 'occurredAt is missing: an event in a file requires it' };
    const withId = { ...input, id: input.id ?? this.idOf(text) };
    const stored = validateEvent(withId, { sender: { scope: 'ADMIN' }, now: this.now(), knowsProduct: () => true });
    if ('code' in stored) return { line, rejected: stored.code, message: withFieldName(stored.path, stored.message) };
    return { line, event: stored };
  }

  skip(): number {
    return ++this.line;
  }

  private idOf(text: string): string {
    const digest = createHash('sha256').update(text).digest();
    return `line:${digest.toString('base64url').slice(0, 22)}:${this.occurrences.add(digest)}`;
  }
}
