import type { StoredEvent } from '../events/stored-event';
import { compareAmounts, exactSum } from '../learn/exact-decimal';
import { applyDerivedMoves } from './move-order';
import { conflict, type OrderFault } from './order-fault';
import type { PaymentInput } from './order-input.type';
import { paidOf, type OrderRecord, type PaymentRecord } from './order-record';

/**
 * Returns the order with the payment and all changes of status that follow from it; the same object if the payment was
 * recorded before.
 */
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
    return samePayment(known, payment) ? order : conflict('a different payment with this id is recorded', 'id');
  }
  if (input.amount.currency !== order.currency) {
    return conflict(
      `amount.currency must be ${order.currency}, the currency of the order; got ${input.amount.currency}`,
      'amount.currency',
    );
  }
  const wrong = faultOfSum(order, payment);
  if (wrong) return wrong;
  return applyDerivedMoves(
    { ...order, payments: [...order.payments, payment] },
    { occurredAt: payment.occurredAt, recordedAt },
  );
}

/**
 * Returns the event of a charge or refund: type CUSTOM, source PAYMENTS, name `charge` or `refund`, and the amount as
 * the price.
 */
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
    if (order.status === 'REFUNDED') return conflict("a refunded order can't be charged", 'kind');
    return isReturn ? conflict("an order of kind RETURN can't be charged", 'kind') : undefined;
  }
  const refundable = isReturn ? order.total : paidOf(order, 'CHARGE');
  const refunded = exactSum([[paidOf(order, 'REFUND'), 1], [payment.amount, 1]]); // prettier-ignore
  if (compareAmounts(refunded, refundable) <= 0) return undefined;
  return conflict(`the sum of refunds must be at most ${refundable}; got ${refunded}`, 'amount.amount');
}

function samePayment(a: PaymentRecord, b: PaymentRecord): boolean {
  return (
    a.kind === b.kind &&
    compareAmounts(a.amount, b.amount) === 0 &&
    a.occurredAt === b.occurredAt &&
    a.method === b.method
  );
}
