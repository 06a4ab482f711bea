import { z } from 'zod';
import { moneySchema, isoTimeSchema } from '../events/event-json';
import { ORDER_STATUSES } from '../orders/life-cycle';
import { ORDER_KINDS } from '../orders/order-record';
import type { ImportLine, LineReader } from './import-file';
import { isRejected, parseJsonLine } from './json-line';

const line = z.strictObject({
  id: z.string(),
  productId: z.string().nullish(),
  quantity: z.int32().nullish(),
  unitPrice: moneySchema.nullish(),
  placedAt: isoTimeSchema.nullish(),
  requestId: z.string().nullish(),
  placement: z.string().nullish(),
});

const order = z.strictObject({
  id: z.string(),
  kind: z.enum(ORDER_KINDS).nullish(),
  status: z.enum(ORDER_STATUSES).nullish(),
  customerId: z.string().nullish(),
  sessionId: z.string().nullish(),
  placedAt: isoTimeSchema,
  lines: z.array(line).nullish(),
  shipping: moneySchema.nullish(),
  tax: moneySchema.nullish(),
  discount: moneySchema.nullish(),
  total: moneySchema.nullish(),
  source: z.string().nullish(),
  placement: z.string().nullish(),
  requestId: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  updatedAt: isoTimeSchema.nullish(),
});

export const ORDER_FIELDS: readonly string[] = Object.keys(order.shape);

/**
 * Reads orders from JSON lines: one order per line with the fields of GraphQL's `OrderInput`. `placedAt` is required
 * and is the default of `updatedAt`, so that a repeated import of a file changes nothing.
 */
export class JsonlOrders implements LineReader {
  private line = 0;

  read(text: string): ImportLine | undefined {
    const number = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parseJsonLine(text, order);
    if (isRejected(input)) return { line: number, ...input };
    return { line: number, order: { ...input, updatedAt: input.updatedAt ?? input.placedAt } };
  }
}
