import type { PurchaseLine } from '../../features/purchase-summary';
import { splitterFor, type FieldSplitter } from '../field-splitter';
import { columnsNamed, columnsOfHeader, missingRoles, ORDER_ROLES, type OrderColumns } from './order-columns';
import { parseAmount } from './parse-amount';
import { parseDate, type SlashOrder, type WrittenDate } from '../parse-date';
import type { SkippedLine } from '../skipped-line';

export interface OrderLines {
  /** The lines of each customer, in order of the file. */
  readonly customers: ReadonlyMap<string, readonly PurchaseLine[]>;
  readonly skipped: readonly SkippedLine[];
  /** How dates with slashes were read; null without such dates. */
  readonly slashOrder: SlashOrder | null;
}

interface PendingLine extends Omit<PurchaseLine, 'at' | 'orderKey'> {
  readonly line: number;
  readonly customer: string;
  readonly order: string | undefined;
  readonly date: WrittenDate;
}

/** Columns of a file without a header. */
const DEFAULT_COLUMNS = ['customer', 'date', 'amount'] as const;

/**
 * Reads lines of fields as purchases: one line per order or per order line. A negative amount or quantity is a return.
 * Lines with the same value in the column `order` are one order; without this column, lines of the same customer at the
 * same time are. `amount` is the amount of the line. `price` is that of a unit, for files without `amount`.
 *
 * The separator is the first of tab, `;`, `,` and `|` that the first line contains, or else spaces. The first line is a
 * header if its date and its amount can't be read.
 */
export class OrderLineReader {
  private line = 0;
  private split: FieldSplitter | undefined;
  private columns: OrderColumns | undefined;
  private readonly pending: PendingLine[] = [];
  private readonly skipped: SkippedLine[] = [];

  /** @param names value of `--columns`; see `columnsNamed` */
  constructor(private readonly names?: readonly string[]) {}

  /** @throws Error for a first line in which the columns are not found */
  read(text: string): void {
    this.line++;
    if (text.trim() === '') return;
    if (this.columns !== undefined) return this.readFields(this.split?.(text), this.columns);
    this.split = splitterFor(text);
    const fields = this.split(text)?.map((field) => field.trim()) ?? [];
    this.columns = this.findColumns(fields);
    if (isHeader(fields, this.columns)) return;
    this.readFields(fields, this.columns);
  }

  private findColumns(first: readonly string[]): OrderColumns {
    if (this.names !== undefined) return columnsNamed(this.names, first);
    const columns = columnsOfHeader(first);
    const missing = missingRoles(columns);
    if (missing.length === 0) return columns;
    const byPosition = columnsNamed(DEFAULT_COLUMNS, []);
    if (first.length === DEFAULT_COLUMNS.length && !isHeader(first, byPosition)) return byPosition;
    throw new Error(
      `the first line has no column for ${missing.join(', ')}; name the columns by --columns, such as --columns customer,date,amount for their positions, or --columns customer=NAME,date=NAME,amount=NAME for the names of a header`,
    );
  }

  private readFields(fields: readonly string[] | undefined, columns: OrderColumns): void {
    const pending = fields === undefined ? 'a quoted field is not closed' : this.parse(fields, columns);
    if (typeof pending === 'string') this.skipped.push({ line: this.line, reason: pending });
    else this.pending.push(pending);
  }

  /** Returns the line, or why it is skipped. */
  private parse(fields: readonly string[], columns: OrderColumns): PendingLine | string {
    const field = (role: keyof OrderColumns): string => fields[columns[role] ?? -1]?.trim() ?? '';
    const lastColumn = Math.max(...ORDER_ROLES.map((role) => columns[role] ?? -1));
    if (fields.length <= lastColumn)
      return `the line has ${fields.length} fields; at least ${lastColumn + 1} are needed`;
    const customer = field('customer');
    if (customer === '') return 'the customer is missing';
    const date = parseDate(field('date'));
    if (date === undefined) return `the date can't be read; got "${field('date')}"`;
    const quantity = columns.quantity === undefined ? 1 : parseAmount(field('quantity'));
    if (!Number.isFinite(quantity)) return `the quantity must be a number; got "${field('quantity')}"`;
    const priceRole = columns.amount === undefined ? 'price' : 'amount';
    const price = parseAmount(field(priceRole));
    if (!Number.isFinite(price)) return `the ${priceRole} must be a number; got "${field(priceRole)}"`;
    const amount = columns.amount === undefined ? price * quantity : price;
    const units = Math.max(1, Math.round(Math.abs(quantity)));
    return {
      line: this.line,
      customer,
      order: columns.order === undefined ? undefined : field('order'),
      date,
      productId: columns.product === undefined ? '' : field('product'),
      category: null,
      units,
      isReturn: amount < 0 || quantity < 0,
      unitPrice: Math.abs(amount) / units,
      listPrice: null,
    };
  }

  /** Returns the lines read so far. Dates with slashes have the day first if one of them is no date otherwise. */
  finish(): OrderLines {
    const { pending } = this;
    const hasSlashes = pending.some(({ date }) => !Object.is(date.monthFirst, date.dayFirst));
    const isDayFirst = pending.some(({ date }) => Number.isNaN(date.monthFirst));
    const skipped = [...this.skipped];
    const customers = new Map<string, PurchaseLine[]>();
    for (const { line, customer, order, date, ...rest } of pending) {
      const at = isDayFirst ? date.dayFirst : date.monthFirst;
      if (Number.isNaN(at)) {
        skipped.push({ line, reason: 'the date has the month before the day, other dates have the day first' });
        continue;
      }
      let lines = customers.get(customer);
      if (lines === undefined) customers.set(customer, (lines = []));
      lines.push({ at, orderKey: order ?? String(at), ...rest });
    }
    const slashOrder = hasSlashes ? (isDayFirst ? 'day-first' : 'month-first') : null;
    return { customers, skipped: skipped.sort((a, b) => a.line - b.line), slashOrder };
  }
}

function isHeader(fields: readonly string[], { date = 0, amount, price = 0 }: OrderColumns): boolean {
  return parseDate(fields[date] ?? '') === undefined && Number.isNaN(parseAmount(fields[amount ?? price] ?? ''));
}
