import { isDecimal } from '../graphql/decimal';
import { isoTimeSchema } from '../events/event-json';
import { csvFields } from './csv-fields';
import type { ImportLine, LineReader } from './import-file';

export const REQUIRED_ORDER_COLUMNS = [
  'order',
  'line',
  'product',
  'quantity',
  'price',
  'currency',
  'placedAt',
] as const;
type Column = (typeof REQUIRED_ORDER_COLUMNS)[number] | 'customer' | 'session';

/**
 * Reads order lines from CSV. The header names the columns: `order`, `line`, `product`, `quantity`, `price` (of one
 * unit), `currency`, `placedAt`, and `customer` or `session`. Other columns are ignored. The lines of an order must be
 * adjacent.
 */
export class CsvOrders implements LineReader {
  readonly joinsOrders = true;
  private line = 0;
  private header: readonly string[] | undefined;

  read(text: string): ImportLine | undefined {
    this.line++;
    if (text.trim() === '') return undefined;
    const fields = csvFields(text);
    if (this.header === undefined) {
      const missing = REQUIRED_ORDER_COLUMNS.filter((column) => !fields?.includes(column));
      if (missing.length > 0) throw new Error(`The first line must name the columns. It lacks ${missing.join(', ')}.`);
      this.header = fields;
      return undefined;
    }
    if (fields?.length !== this.header.length)
      return this.reject(`the line must have ${this.header.length} comma-separated fields, as the first line has`);
    const header = this.header;
    const value = (column: Column) => fields[header.indexOf(column)] ?? '';
    const placedAt = isoTimeSchema.safeParse(value('placedAt'));
    if (!placedAt.success)
      return this.reject(`placedAt ${placedAt.error.issues[0]!.message}; got "${value('placedAt')}"`);
    const quantity = Number(value('quantity'));
    if (!Number.isInteger(quantity) || quantity < 1)
      return this.reject(`quantity must be a whole number from 1; got "${value('quantity')}"`);
    if (!isDecimal(value('price'))) return this.reject(`price must be a decimal such as 9.50; got "${value('price')}"`);
    return {
      line: this.line,
      order: {
        id: value('order'),
        customerId: value('customer') || undefined,
        sessionId: value('session') || undefined,
        placedAt: placedAt.data,
        updatedAt: placedAt.data,
        lines: [
          {
            id: value('line'),
            productId: value('product'),
            quantity,
            unitPrice: { amount: value('price'), currency: value('currency') },
          },
        ],
      },
    };
  }

  private reject(message: string): ImportLine {
    return { line: this.line, rejected: 'MALFORMED', message };
  }
}
