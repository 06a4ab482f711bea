import { OrderInput } from '../orders/order-input.type';
import type { ImportLine, LineReader } from './import-file';
import { isRejected, jsonLineParser } from './json-line';

const parse = jsonLineParser(OrderInput);

/**
 * Reads orders from JSON lines: one order per line with the fields of GraphQL's `OrderInput`. `placedAt` is required
 * and is the default of `updatedAt`, so that a repeated import of a file changes nothing.
 */
export class JsonlOrders implements LineReader {
  private line = 0;

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parse(text);
    if (isRejected(input)) return { line, ...input };
    if (input.placedAt == null)
      return { line, rejected: 'BAD_USER_INPUT', message: 'placedAt is missing: an order in a file requires it' };
    return { line, order: { ...input, updatedAt: input.updatedAt ?? input.placedAt } };
  }

  skip(): number {
    return ++this.line;
  }
}
