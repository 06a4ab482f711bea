import type { Product } from '../catalog/product.type';
import { exactSum } from '../learn/exact-decimal';
import {
  dueOf,
  paidOf,
  paymentStateOf,
  subtotalOf,
  type OrderLineRecord,
  type OrderMoveRecord,
  type OrderRecord,
} from './order-record';
import type { Order, OrderLine, OrderMove } from './order.type';
import { returnableUntil, type ReturnWindow } from './return-window';

export type ProductOf = (id: string) => Product | undefined;

export function viewOf(
  record: OrderRecord,
  productOf: ProductOf,
  { asOf, returnWindow }: { readonly asOf: Date; readonly returnWindow: ReturnWindow | null },
): Order {
  const { currency } = record;
  const until = returnWindow && returnableUntil(record, returnWindow);
  const money = (amount: string) => ({ amount, currency });
  return {
    id: record.id,
    kind: record.kind,
    status: record.status,
    paymentState: paymentStateOf(record),
    customerId: record.customerId,
    sessionId: record.sessionId,
    placedAt: new Date(record.placedAt),
    updatedAt: new Date(record.updatedAt),
    lines: record.lines.map((line) => viewOfLine(line, currency, productOf)),
    subtotal: money(subtotalOf(record.lines)),
    shipping: money(record.shipping),
    tax: money(record.tax),
    discount: money(record.discount),
    total: money(record.total),
    due: money(dueOf(record)),
    charged: money(paidOf(record, 'CHARGE')),
    refunded: money(paidOf(record, 'REFUND')),
    payments: record.payments.map((payment) => ({
      ...payment,
      amount: money(payment.amount),
      occurredAt: new Date(payment.occurredAt),
    })),
    history: record.history.map(viewOfMove),
    returnableUntil: until === null ? null : new Date(until),
    source: record.source,
    placement: record.placement,
    requestId: record.requestId,
    properties: record.properties,
    revision: String(record.position),
    asOf,
  };
}

/** Returns what an answer to a customer needs of an order: not its owner, its payments and what it was chosen from. */
export function viewForOperators(order: Order): Order {
  const unattributed = { placement: null, requestId: null };
  return {
    ...order,
    ...unattributed,
    customerId: null,
    sessionId: null,
    source: null,
    payments: [],
    lines: order.lines.map((line) => ({ ...line, ...unattributed })),
  };
}

function viewOfLine(line: OrderLineRecord, currency: string, productOf: ProductOf): OrderLine {
  return {
    id: line.id,
    productId: line.productId,
    product: productOf(line.productId) ?? null,
    quantity: line.quantity,
    unitPrice: { amount: line.unitPrice, currency },
    amount: { amount: exactSum([[line.unitPrice, line.quantity]]), currency },
    placedAt: new Date(line.placedAt),
    shippedQuantity: line.shipped,
    cancelledQuantity: line.cancelled,
    returnedQuantity: line.returned,
    placement: line.placement,
    requestId: line.requestId,
  };
}

function viewOfMove({ status, occurredAt, recordedAt, movedBy, units }: OrderMoveRecord): OrderMove {
  return {
    status,
    occurredAt: new Date(occurredAt),
    recordedAt: new Date(recordedAt),
    movedBy,
    lines: units && Object.entries(units).map(([lineId, quantity]) => ({ lineId, quantity })),
  };
}
