import type { InputFault } from '../graphql/coerce-item';
import { coercerOf } from '../graphql/input-type';
import { faultOfOrder } from '../orders/check-order';
import { OrderInput } from '../orders/order-input.type';
import { columnFault, CsvTable, type CsvRow } from './csv-table';
import type { ImportLine, LineReader } from './import-file';
import type { LineRejection } from './json-line';
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
const COLUMNS: Readonly<Record<string, Column | undefined>> = {
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

/**
 * Reads order lines from CSV. The header names the columns: `order`, `line`, `product`, `quantity`, `price` (of one
 * unit), `currency`, `placedAt` (of the line), and `customer` or `session`. Other columns are ignored.
 */
export class CsvOrders implements LineReader {
  readonly joinsOrders = true;
  private readonly table = new CsvTable<Column>(
    REQUIRED_ORDER_COLUMNS,
    ', and write prices with a point, such as 9.50',
  );

  read(text: string): ImportLine | undefined {
    const row = this.table.read(text);
    if (row === undefined) return undefined;
    const { line } = this.table;
    return 'rejected' in row ? { line, ...row } : { line, ...this.orderOf(row) };
  }

  skip(line: UnreadableLine): number {
    return this.table.skip(line);
  }

  private orderOf(row: CsvRow<Column>): { readonly order: OrderInput } | LineRejection {
    const quantity = row('quantity');
    if (!WHOLE_NUMBER.test(quantity)) {
      const message = `quantity must be a whole number; got ${JSON.stringify(quantity)}`;
      return { rejected: 'BAD_USER_INPUT', message };
    }
    const order = coerce({
      id: row('order'),
      customerId: row('customer') || undefined,
      sessionId: row('session') || undefined,
      updatedAt: row('placedAt'),
      lines: [
        {
          id: row('line'),
          productId: row('product'),
          quantity: Number(quantity),
          unitPrice: { amount: row('price'), currency: row('currency') },
          placedAt: row('placedAt'),
        },
      ],
    });
    const fault = 'fault' in order ? order.fault : faultOfOrder(order.value, Date.now());
    if (fault === undefined && 'value' in order) return { order: order.value };
    const wrong = fault as InputFault;
    return columnFault(wrong, COLUMNS[wrong.path ?? ''], row);
  }
}
