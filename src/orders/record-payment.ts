import type { StoredEvent } from '../events/stored-event';
import { compareAmounts, exactSum } from './exact-amount';
import { settle } from './move-order';
import { conflict, type OrderFault } from './order-fault';
import type { PaymentInput } from './order-input.type';
import { paidOf, type OrderRecord, type PaymentRecord } from './order-record';

/** The order with the payment and what follows from it; the same object where the payment was known. */
export function recordPayment(order: OrderRecord, input: PaymentInput, recordedAt: string): OrderRecord | OrderFault {
  const payment: PaymentRecord = {
    id: input.id,
    kind: input.kind,
    amount: input.amount.amount,
    occurredAt: input.occurredAt.toISOString(),
    method: input.method ?? null,
  };
  const known = order.payments.find(({ id }) => id === input.id);
  if (known) {
    return samePayment(known, payment) ? order : conflict('there is another payment of this id', 'id');
  }
  if (input.amount.currency !== order.currency) {
    return conflict(`the order's currency is ${order.currency}`, 'amount.currency');
  }
  const wrong = faultOfSum(order, payment);
  if (wrong) return wrong;
  return settle({ ...order, payments: [...order.payments, payment] }, { occurredAt: payment.occurredAt, recordedAt });
}

/** A charge or refund as the log has it: CUSTOM, source PAYMENTS, named `charge` or `refund`, its amount as the price. */
export function paymentEvent(order: OrderRecord, payment: PaymentRecord): StoredEvent {
  return {
    source: 'PAYMENTS',
    id: payment.id,
    type: 'CUSTOM',
    name: payment.kind.toLowerCase(),
    occurredAt: Date.parse(payment.occurredAt),
    customerId: order.customerId ?? undefined,
    sessionId: order.sessionId ?? undefined,
    quantity: 1,
    unitPrice: payment.amount,
    currency: order.currency,
    properties: { orderId: order.id, ...(payment.method === null ? {} : { method: payment.method }) },
  };
}

function faultOfSum(order: OrderRecord, payment: PaymentRecord): OrderFault | undefined {
  const isReturn = order.kind === 'RETURN';
  if (payment.kind === 'CHARGE') {
    if (order.status === 'REFUNDED') return conflict('the order is REFUNDED', 'kind');
    return isReturn ? conflict('nothing is charged for an order of kind RETURN', 'kind') : undefined;
  }
  const most = isReturn ? order.total : paidOf(order, 'CHARGE');
  const refunded = exactSum([[paidOf(order, 'REFUND'), 1], [payment.amount, 1]]); // prettier-ignore
  if (compareAmounts(refunded, most) <= 0) return undefined;
  return conflict(`refunds would be ${refunded}, of ${most}`, 'amount.amount');
}

function samePayment(a: PaymentRecord, b: PaymentRecord): boolean {
  return (
    a.kind === b.kind &&
    compareAmounts(a.amount, b.amount) === 0 &&
    a.occurredAt === b.occurredAt &&
    a.method === b.method
  );
}
