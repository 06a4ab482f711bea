import { OrderLineReader } from '../src/evaluation/customers/order-lines';
import type { PurchaseLine } from '../src/features/purchase-summary';
import { createLineReader } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import { appendTo } from '../src/learn/group-by';
import type { OrderInput } from '../src/orders/order-input.type';
import { formatCount } from './format-count';

export const PURCHASE_FORMATS = ['csv', 'jsonl', 'online-retail'] as const;
export type PurchaseFormat = (typeof PURCHASE_FORMATS)[number];

/** Number of skipped lines that are shown. */
const MAX_SHOWN = 3;

/** Collects purchases, and counts the lines that are not used. */
class PurchaseCollector {
  readonly customers = new Map<string, PurchaseLine[]>();
  skippedCount = 0;
  readonly firstSkipped: string[] = [];

  add(customer: string, line: PurchaseLine): void {
    appendTo(this.customers, customer, line);
  }

  skip(line: number, reason: string): void {
    this.skippedCount++;
    if (this.firstSkipped.length < MAX_SHOWN) this.firstSkipped.push(`line ${line}: ${reason}`);
  }
}

/**
 * Reads the order lines and returns of each customer from a file. Lines that can't be used are skipped and counted on
 * standard error, the first ones with their reasons.
 * @param columns value of `--columns`, for the format `csv`
 * @throws Error if the columns are not found, or if no line can be used
 */
export async function readPurchaseFile(
  file: string,
  format: PurchaseFormat,
  columns: readonly string[] | undefined,
): Promise<ReadonlyMap<string, readonly PurchaseLine[]>> {
  const { customers, skippedCount, firstSkipped, notes } =
    format === 'csv' ? await readCsv(file, columns) : await readOrders(file, format);
  let lineCount = 0;
  for (const lines of customers.values()) lineCount += lines.length;
  process.stderr.write(
    `${formatCount(lineCount, 'line')} of ${formatCount(customers.size, 'customer')}, ${formatCount(skippedCount, 'line')} skipped${notes}\n`,
  );
  for (const reason of firstSkipped) process.stderr.write(`  ${reason}\n`);
  if (skippedCount > firstSkipped.length && firstSkipped.length > 0) process.stderr.write('  …\n');
  if (lineCount === 0) throw new Error(`${file} has no usable ${format} line (${firstSkipped[0] ?? 'it is empty'})`);
  return customers;
}

async function readCsv(file: string, columns: readonly string[] | undefined) {
  const reader = new OrderLineReader(columns);
  try {
    for await (const batch of readLines(file)) for (const text of batch) reader.read(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const { customers, skipped, slashOrder } = reader.finish();
  return {
    customers,
    skippedCount: skipped.length,
    firstSkipped: skipped.slice(0, MAX_SHOWN).map(({ line, reason }) => `line ${line}: ${reason}`),
    notes: slashOrder === null ? '' : `. Dates with slashes: ${slashOrder === 'day-first' ? 'day' : 'month'} first`,
  };
}

/** Reads orders of the import formats, or JSON lines of events. */
async function readOrders(file: string, format: 'jsonl' | 'online-retail') {
  const collector = new PurchaseCollector();
  const [orders, events] = [createLineReader('orders', format), createLineReader('events', format)];
  let hasOrders = format === 'online-retail';
  let isFirst = true;
  for await (const batch of readLines(file)) {
    for (const text of batch) {
      if (isFirst && text.trim() !== '') {
        isFirst = false;
        hasOrders ||= text.includes('"placedAt"');
      }
      const row = (hasOrders ? orders : events).read(text);
      if (row === undefined) continue;
      if ('rejected' in row) collector.skip(row.line, row.message);
      else if ('order' in row) addOrder(collector, row.line, row.order);
      else if ('event' in row) {
        const { type, customerId, productId = '', occurredAt, quantity, unitPrice, id, source } = row.event;
        const isReturn = type === 'RETURN';
        if (!isReturn && type !== 'PURCHASE') continue;
        if (customerId === undefined) collector.skip(row.line, 'the customer is missing');
        else
          collector.add(customerId, {
            at: occurredAt,
            orderKey: source === 'ORDERS' ? (id.split(':')[0] as string) : String(occurredAt),
            productId,
            category: null,
            units: quantity,
            isReturn,
            unitPrice: Number(unitPrice ?? 0),
            listPrice: null,
          });
      }
    }
  }
  return { ...collector, notes: '' };
}

/** An order without lines counts by its total. */
function addOrder(collector: PurchaseCollector, line: number, order: OrderInput): void {
  const { customerId, placedAt, kind, status, lines, total } = order;
  if (customerId == null) return collector.skip(line, 'the customer is missing');
  if (status === 'CANCELLED') return collector.skip(line, 'the order is cancelled');
  if (placedAt == null) return collector.skip(line, 'placedAt is missing');
  const common = { orderKey: order.id, category: null, isReturn: kind === 'RETURN', listPrice: null };
  for (const each of lines ?? [])
    collector.add(customerId, {
      ...common,
      at: (each.placedAt ?? placedAt).getTime(),
      productId: each.productId ?? '',
      units: each.quantity ?? 1,
      unitPrice: Number(each.unitPrice?.amount ?? 0),
    });
  if (lines == null || lines.length === 0)
    collector.add(customerId, {
      ...common,
      at: placedAt.getTime(),
      productId: '',
      units: 1,
      unitPrice: Number(total?.amount ?? 0),
    });
}
