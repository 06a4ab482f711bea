import type { InputFault } from '../graphql/coerce-item';
import { coercerOf } from '../graphql/input-type';
import { faultOfOrder } from '../orders/check-order';
import { OrderInput } from '../orders/order-input.type';
import { csvFields } from './csv-fields';
import type { ImportLine, LineReader } from './import-file';
import type { UnreadableLine } from './lines';
import { WHOLE_NUMBER } from './online-retail';

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

/** The columns of the fields of an order with one line. */
const COLUMNS: Readonly<Record<string, Column>> = {
  id: 'order',
  customerId: 'customer',
  sessionId: 'session',
  'lines[0].placedAt': 'placedAt',
  updatedAt: 'placedAt',
  'lines[0].id': 'line',
  'lines[0].productId': 'product',
  'lines[0].quantity': 'quantity',
  'lines[0].unitPrice.amount': 'price',
  'lines[0].unitPrice.currency': 'currency',
};

const coerce = coercerOf(OrderInput);

function headerFault(text: string, missing: readonly string[]): string {
  const separator = [';', '\t'].find((other) => text.split(other).length > REQUIRED_ORDER_COLUMNS.length - 1);
  return separator === undefined
    ? `The first line must name the columns. It lacks ${missing.join(', ')}.`
    : `The columns are separated by ${separator === ';' ? 'semicolons' : 'tabs'}: separate them by commas, and write prices with a point, such as 9.50.`;
}

/**
 * Reads order lines from CSV. The header names the columns: `order`, `line`, `product`, `quantity`, `price` (of one
 * unit), `currency`, `placedAt` (of the line), and `customer` or `session`. Other columns are ignored.
 */
export class CsvOrders implements LineReader {
  readonly joinsOrders = true;
  private line = 0;
  private header: readonly string[] | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  read(text: string): ImportLine | undefined {
    this.line++;
    if (text.trim() === '') return undefined;
    const fields = csvFields(text);
    const missing = REQUIRED_ORDER_COLUMNS.filter((column) => !fields?.includes(column));
    if (missing.length === 0) {
      // A file that was joined from several has a header for each of them.
      this.header = fields;
      return undefined;
    }
    if (this.header === undefined) throw new Error(headerFault(text, missing));
    if (fields?.length !== this.header.length)
      return this.reject(
        'MALFORMED',
        `the line must have ${this.header.length} comma-separated fields, as the first line has`,
      );
    const header = this.header;
    const value = (column: Column) => fields[header.indexOf(column)] ?? '';
    const quantity = value('quantity');
    if (!WHOLE_NUMBER.test(quantity))
      return this.reject('BAD_USER_INPUT', `quantity must be a whole number; got ${JSON.stringify(quantity)}`);
    const unitPrice = { amount: value('price'), currency: value('currency') };
    const order = coerce({
      id: value('order'),
      customerId: value('customer') || undefined,
      sessionId: value('session') || undefined,
      updatedAt: value('placedAt'),
      lines: [
        {
          id: value('line'),
          productId: value('product'),
          quantity: Number(quantity),
          unitPrice,
          placedAt: value('placedAt'),
        },
      ],
    });
    const fault = 'fault' in order ? order.fault : faultOfOrder(order.value, this.now());
    if (fault === undefined && 'value' in order) return { line: this.line, order: order.value };
    const { path = '', message } = fault as InputFault;
    const column = COLUMNS[path];
    if (column === undefined) return this.reject('BAD_USER_INPUT', message);
    const steps = path.split('.');
    const problem = steps.reduce((text, _, at) => {
      const field = `${steps.slice(at).join('.')} `;
      return text.startsWith(field) ? text.slice(field.length) : text;
    }, message);
    const shown = problem.includes('; got ') ? '' : `; got ${JSON.stringify(value(column))}`;
    return this.reject('BAD_USER_INPUT', `${column} ${problem}${shown}`);
  }

  skip(line: UnreadableLine): number {
    if (this.header === undefined) throw new Error(`The first line must name the columns, but ${line.message}.`);
    return ++this.line;
  }

  private reject(rejected: 'MALFORMED' | 'BAD_USER_INPUT', message: string): ImportLine {
    return { line: this.line, rejected, message };
  }
}
