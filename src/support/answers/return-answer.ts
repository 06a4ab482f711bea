import type { Shipment } from '../../logistics/shipment.type';
import type { Order } from '../../orders/order.type';
import type { AnswerCard, AnswerPart } from './answer';
import { daySlot, moneySlot, orderSummary, parcelParts, source, type Wording } from './order-answer';

/** Number of refunds that an answer states, the newest. */
const MAX_REFUNDS = 3;

export interface ReturnFacts {
  readonly order: Order;
  /** The parcels that go back to the shop, the oldest first. */
  readonly returns: readonly Shipment[];
  /** The setting RETURN_DAYS; undefined if the shop has not set it. */
  readonly returnDays: number | undefined;
}

export interface StatedParts {
  readonly parts: AnswerPart[];
  readonly cards: AnswerCard[];
  /** Whether a person is offered. */
  readonly needsPerson: boolean;
}

/** States whether, and until when, an order can be returned, and where its return is. */
export function returnAnswer(facts: ReturnFacts, wording: Wording): StatedParts {
  const { order } = facts;
  const deadline = deadlineParts(facts, wording);
  return {
    parts: [orderSummary(order, wording), ...deadline, ...returnParts(facts, wording)],
    cards: cardsOf(facts),
    // Also if nothing can be said of the deadline.
    needsPerson: deadline.every(({ template }) => template === 'return.ended'),
  };
}

function deadlineParts({ order, returnDays }: ReturnFacts, wording: Wording): AnswerPart[] {
  const { status, returnableUntil, asOf } = order;
  if (status === 'PLACED' || status === 'PAID' || status === 'PACKED' || status === 'SHIPPED') {
    if (returnDays === undefined) return [{ template: 'return.not-delivered', slots: {} }];
    const value = String(returnDays);
    const days = { value, text: value, source: source('SETTING', 'RETURN_DAYS', 'value') };
    return [{ template: 'return.not-delivered-days', slots: { days } }];
  }
  if (returnableUntil === null) return [];
  const until = daySlot(returnableUntil, source('ORDER', order.id, 'returnableUntil'), wording);
  return [{ template: asOf > returnableUntil ? 'return.ended' : 'return.until', slots: { until } }];
}

/** States what of an order has been refunded, and where its return is. */
export function refundAnswer(facts: ReturnFacts, wording: Wording): StatedParts {
  const { order } = facts;
  const refunds = refundParts(order, wording);
  return {
    parts: [orderSummary(order, wording), ...refunds, ...returnParts(facts, wording)],
    cards: cardsOf(facts),
    needsPerson: refunds.some(({ template }) => template === 'refund.none'),
  };
}

/** Returns whether money has come or may come back for an order. */
export function isRefundable({ status, refunded }: Order): boolean {
  return status === 'CANCELLED' || status === 'RETURNED' || status === 'REFUNDED' || Number(refunded.amount) > 0;
}

function refundParts({ id, status, payments, charged, refunded }: Order, wording: Wording): AnswerPart[] {
  const refunds = payments.flatMap((payment, index) => (payment.kind === 'REFUND' ? [{ payment, index }] : []));
  if (refunds.length === 0) {
    const isUnpaid = status === 'CANCELLED' && Number(charged.amount) === 0;
    return [{ template: isUnpaid ? 'refund.not-charged' : 'refund.none', slots: {} }];
  }
  const of = (field: string) => source('ORDER', id, field);
  const parts = refunds.slice(-MAX_REFUNDS).map(({ payment, index }): AnswerPart => ({
    template: 'refund.paid',
    slots: {
      amount: moneySlot(payment.amount, of(`payments[${index}].amount`), wording),
      refundedAt: daySlot(payment.occurredAt, of(`payments[${index}].occurredAt`), wording),
    },
  }));
  const isWhole = refunds.length === 1 && Number(refunded.amount) === Number(charged.amount);
  if (isWhole) return parts;
  const slots = {
    refunded: moneySlot(refunded, of('refunded'), wording),
    charged: moneySlot(charged, of('charged'), wording),
  };
  return [...parts, { template: 'refund.total', slots }];
}

function returnParts({ returns }: ReturnFacts, wording: Wording): AnswerPart[] {
  if (returns.length === 0) return [];
  const parcels = returns.flatMap((shipment) => parcelParts({ shipment, estimate: null }, false, wording));
  return [{ template: 'return.parcel', slots: {} }, ...parcels];
}

function cardsOf({ order, returns }: ReturnFacts): AnswerCard[] {
  return [{ kind: 'ORDER', id: order.id }, ...returns.map(({ id }) => ({ kind: 'SHIPMENT' as const, id }))];
}
