import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import type { EventInput } from '../events/event.type';
import { faultOfEventIdPart } from '../events/field-faults';
import { validateEvent, type EventFault } from '../events/validate';
import { findIdFault, isVisible } from '../graphql/id';
import { isStorable } from '../graphql/storable';
import { csvFields } from './csv-fields';
import type { ImportLine, LineReader } from './import-file';

export const ONLINE_RETAIL_HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const INSTANT = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const PRODUCT_CODE = /^\d{5}/;
const CURRENCY = 'GBP';
const MAX_TITLE_LENGTH = 500;
/** The columns of the fields of an event. */
const COLUMNS: Readonly<Record<string, string>> = {
  occurredAt: 'InvoiceDate',
  quantity: 'Quantity',
  'unitPrice.amount': 'UnitPrice',
  properties: 'Country',
};
/** Exports may write whole numbers with a fraction of zeros. */
export const WHOLE_NUMBER = /^[+-]?\d+(?:\.0*)?$/;

/** The fields of a line, in the order of {@link ONLINE_RETAIL_HEADER}. */
type Fields = [
  invoice: string,
  stockCode: string,
  description: string,
  quantity: string,
  instant: string,
  price: string,
  customer: string,
  country: string,
];

type Rejection = 'NOT_A_PRODUCT' | 'STOCK_ADJUSTMENT' | 'ACCOUNTING' | 'MALFORMED' | 'BAD_USER_INPUT';

/** Data of one product, collected from the lines so far. */
interface ProductNotes {
  /** Whether any line of the product is an event. A code that occurs only in stock adjustments is not a product. */
  hasEvent: boolean;
  /** Number of lines with a positive price, by description. */
  readonly titles: Map<string, number>;
  newestDescription: string;
  newestDescriptionAt: number;
  price: string | null;
  priceAt: number;
}

/**
 * Reads UCI Online Retail line by line as events, and aggregates the products. Repeated lines are separate events: the
 * n-th line with the same invoice and product code has the id `<InvoiceNo>:<code>:<n>`. So the ids are the same when
 * the file is read again.
 */
export class OnlineRetailReader implements LineReader {
  private line = 0;
  private readonly occurrences = new Map<string, number>();
  private readonly notes = new Map<string, ProductNotes>();
  private newestEventAt = 0;
  private dayText = '';
  private dayStart = NaN;

  /** Parses the next line of the file. Returns undefined for a header and for an empty line. */
  read(text: string): ImportLine | undefined {
    this.line++;
    if (text === '' || text === ONLINE_RETAIL_HEADER) return undefined;
    if (!isStorable(text)) return this.reject('MALFORMED', "the line has characters that can't be stored");
    const fields = csvFields(text);
    if (fields === undefined || fields.length !== 8)
      return this.reject('MALFORMED', 'the line must have eight comma-separated fields');
    const [invoice, stockCode, description, quantityText, instant, price, customer, country] = fields as Fields;
    if (invoice === '') return this.reject('BAD_USER_INPUT', 'InvoiceNo is missing');
    const occurredAt = this.instantOf(instant);
    if (Number.isNaN(occurredAt))
      return this.reject('BAD_USER_INPUT', `InvoiceDate must be a time such as 2010-12-01 08:26:00; got "${instant}"`);
    const quantity = WHOLE_NUMBER.test(quantityText) ? Number(quantityText) : 0;
    if (quantity === 0)
      return this.reject('BAD_USER_INPUT', `Quantity must be a whole number other than 0; got "${quantityText}"`);
    if (invoice.startsWith('A'))
      return this.reject('ACCOUNTING', `InvoiceNo ${invoice} begins with A: it is an accounting entry`);
    if (!PRODUCT_CODE.test(stockCode))
      return this.reject(
        'NOT_A_PRODUCT',
        `StockCode ${stockCode} is not a product: product codes begin with five digits`,
      );
    const customerId = customer === '' ? undefined : customer.replace(/\.0$/, '');
    if (customerId !== undefined && !/^\d+$/.test(customerId))
      return this.reject('BAD_USER_INPUT', `CustomerID must be a number; got "${customer}"`);
    const code = stockCode.toUpperCase();
    const cancelled = invoice.startsWith('C');
    const idFault =
      findIdFault('InvoiceNo', invoice) ??
      findIdFault('StockCode', code) ??
      (customerId === undefined ? undefined : findIdFault('CustomerID', customerId));
    if (idFault !== undefined) return this.reject('BAD_USER_INPUT', idFault);
    const event =
      faultOfEventIdPart('InvoiceNo', invoice, ':') ??
      faultOfEventIdPart('StockCode', code, ':') ??
      this.validated({
        source: 'ORDERS',
        id: `${invoice}:${code}`,
        type: cancelled ? 'RETURN' : 'PURCHASE',
        occurredAt: new Date(occurredAt),
        customerId,
        sessionId: customerId === undefined ? `invoice:${invoice}` : undefined,
        productId: code,
        quantity: Math.abs(quantity),
        unitPrice: { amount: price, currency: CURRENCY },
        properties: { country },
      });
    if ('code' in event) return this.reject('BAD_USER_INPUT', messageOf(event));
    const notes = this.updateNotes(code, description.trim(), price, occurredAt);
    if (quantity < 0 && !cancelled)
      return this.reject(
        'STOCK_ADJUSTMENT',
        'Quantity is negative, and the invoice is not a cancellation: its InvoiceNo does not begin with C',
      );
    notes.hasEvent = true;
    this.newestEventAt = Math.max(this.newestEventAt, occurredAt);
    const id = `${event.id}:${this.countOccurrence(invoice, code)}`;
    return { line: this.line, event: { ...event, id } };
  }

  private validated(input: EventInput): StoredEvent | EventFault {
    return validateEvent(input, { sender: { scope: 'ADMIN' }, now: Date.now(), knowsProduct: () => true });
  }

  /**
   * Returns the products that have an event in the lines read so far, sorted by code. `updatedAt` is the time of the
   * newest event, so that reading the file again changes nothing.
   */
  products(): ProductInput[] {
    const updatedAt = new Date(this.newestEventAt);
    return Array.from(this.notes)
      .filter(([, notes]) => notes.hasEvent)
      .map(([id, notes]) => ({
        id,
        title: titleOf(id, notes),
        price: notes.price === null ? null : { amount: notes.price, currency: CURRENCY },
        updatedAt,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  skip(): number {
    return ++this.line;
  }

  private reject(rejected: Rejection, message: string): ImportLine {
    return { line: this.line, rejected, message };
  }

  private countOccurrence(invoice: string, code: string): number {
    const key = `${invoice}:${code}`;
    const n = (this.occurrences.get(key) ?? 0) + 1;
    this.occurrences.set(key, n);
    return n;
  }

  /** Parses a time such as `2010-12-01 08:26:00` as UTC. Returns milliseconds since 1970; NaN for an invalid time. */
  private instantOf(text: string): number {
    const parts = INSTANT.exec(text);
    if (parts === null) return NaN;
    const day = text.slice(0, 10);
    if (day !== this.dayText) {
      this.dayText = day;
      this.dayStart = Date.parse(`${day}T00:00:00Z`);
      // Date.parse accepts 31 February as 3 March.
      if (!Number.isNaN(this.dayStart) && !new Date(this.dayStart).toISOString().startsWith(day)) this.dayStart = NaN;
    }
    const [hours, minutes, seconds] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
    if (hours > 23 || minutes > 59 || seconds > 59) return NaN;
    return this.dayStart + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  }

  private updateNotes(code: string, description: string, price: string, at: number): ProductNotes {
    let notes = this.notes.get(code);
    if (notes === undefined) {
      notes = {
        hasEvent: false,
        titles: new Map(),
        newestDescription: '',
        newestDescriptionAt: -Infinity,
        price: null,
        priceAt: -Infinity,
      };
      this.notes.set(code, notes);
    }
    if (isVisible(description) && at >= notes.newestDescriptionAt) {
      notes.newestDescription = description;
      notes.newestDescriptionAt = at;
    }
    if (Number(price) <= 0) return notes;
    if (isVisible(description)) notes.titles.set(description, (notes.titles.get(description) ?? 0) + 1);
    if (at >= notes.priceAt) {
      notes.price = price;
      notes.priceAt = at;
    }
    return notes;
  }
}

/** Returns the message of a fault with the name of the column in place of the field. */
function messageOf({ path = '', message }: Pick<EventFault, 'path' | 'message'>): string {
  const column = COLUMNS[path];
  const field = path.split('.').at(-1)!;
  return column === undefined ? message : message.replace(path, column).replace(new RegExp(`^${field} `), `${column} `);
}

/** Returns the most frequent description on lines with a positive price, else the newest description, else the code. */
function titleOf(code: string, notes: ProductNotes): string {
  let title = '';
  let maxLines = 0;
  for (const [description, lines] of notes.titles) {
    if (lines > maxLines || (lines === maxLines && description < title)) {
      title = description;
      maxLines = lines;
    }
  }
  return (title || notes.newestDescription || code).slice(0, MAX_TITLE_LENGTH);
}
