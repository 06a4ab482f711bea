import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import type { OrderInput } from '../orders/order-input.type';
import type { ImportLine, LineReader } from './import-file';
import { OnlineRetailReader } from './online-retail';

interface Invoice {
  readonly placedAt: Date;
  updatedAt: Date;
}

/**
 * Reads UCI Online Retail as orders: one order per invoice, one order line per product line. The order lines enter
 * the log as the same events that {@link OnlineRetailReader} reads, so a file may be imported both as events and as
 * orders. A `C…` invoice does not name the invoice that it cancels, so it becomes a separate order of kind RETURN.
 */
export class OnlineRetailOrders implements LineReader {
  readonly joinsOrders = true;
  private readonly eventReader = new OnlineRetailReader();
  private readonly invoices = new Map<string, Invoice>();

  read(text: string): ImportLine | undefined {
    const parsedLine = this.eventReader.read(text);
    return parsedLine !== undefined && 'event' in parsedLine
      ? { line: parsedLine.line, order: this.orderOf(parsedLine.event) }
      : parsedLine;
  }

  skip(): number {
    return this.eventReader.skip();
  }

  products(): ProductInput[] {
    return this.eventReader.products();
  }

  /**
   * Returns an order with one line. The lines of an invoice may have different times and may be scattered over the
   * file. So `placedAt` is the time of the invoice's first line, and `updatedAt` is its newest time so far.
   */
  private orderOf(event: StoredEvent): OrderInput {
    const colon = event.id.indexOf(':');
    const [id, lineId] = [event.id.slice(0, colon), event.id.slice(colon + 1)];
    const placedAt = new Date(event.occurredAt);
    const invoice = this.invoices.get(id) ?? { placedAt, updatedAt: placedAt };
    if (placedAt > invoice.updatedAt) invoice.updatedAt = placedAt;
    this.invoices.set(id, invoice);
    const price = { amount: event.unitPrice ?? '0', currency: event.currency ?? '' };
    return {
      id,
      kind: event.type === 'RETURN' ? 'RETURN' : 'SALE',
      customerId: event.customerId,
      sessionId: event.sessionId,
      placedAt: invoice.placedAt,
      updatedAt: invoice.updatedAt,
      properties: event.properties,
      lines: [{ id: lineId, productId: event.productId, quantity: event.quantity, unitPrice: price, placedAt }],
    };
  }
}
