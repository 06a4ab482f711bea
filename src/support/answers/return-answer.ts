import type { Shipment } from '../../logistics/shipment.type';
import { deliveriesOf } from '../../orders/delivery-moves';
import type { Order } from '../../orders/order.type';
import type { AnswerCard, AnswerPart } from './answer';
import { daySlot, ENDED_PARCELS, moneySlot, orderSummary, returnParts, source, type Wording } from './order-answer';

/** Number of refunds that an answer states, the newest. */
const MAX_REFUNDS = 3;

export interface ReturnFacts {
  readonly order: Order;
  /** The parcels that go to the customer, the oldest first. */
  readonly outbound: readonly Shipment[];
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
    parts: [orderSummary(order, wording), ...deadline, ...returnParts(facts.returns, wording)],
    cards: cardsOf(facts),
    // Also if nothing can be said of the deadline.
    needsPerson: deadline.every(({ template }) => template === 'return.ended'),
  };
}

/** Nothing is said of the deadline of an order that is on its way back, nor of one whose parcels contradict it. */
function deadlineParts({ order, outbound, returns, returnDays }: ReturnFacts, wording: Wording): AnswerPart[] {
  const { status, returnableUntil, asOf } = order;
  if (returns.some(({ statusAt }) => statusAt !== null)) return [];
  if (status === 'PLACED' || status === 'PAID' || status === 'PACKED' || status === 'SHIPPED') {
    if (outbound.some((shipment) => shipment.status === 'DELIVERED' || ENDED_PARCELS.has(shipment.status))) return [];
    if (returnDays === undefined) return [{ template: 'return.not-delivered', slots: {} }];
    const value = String(returnDays);
    const days = { value, text: value, source: source('SETTING', 'RETURN_DAYS', 'value') };
    return [{ template: 'return.not-delivered-days', slots: { days } }];
  }
  if (returnableUntil === null || outbound.some((shipment) => arrivesLater(shipment, order))) return [];
  const until = daySlot(returnableUntil, source('ORDER', order.id, 'returnableUntil'), wording);
  return [{ template: asOf > returnableUntil ? 'return.ended' : 'return.until', slots: { until } }];
}

/** Returns whether a parcel was delivered after the delivery that the deadline counts from, or is still on its way. */
function arrivesLater({ status, deliveredAt }: Shipment, { history }: Order): boolean {
  if (deliveredAt === null) return !ENDED_PARCELS.has(status);
  const [delivery] = deliveriesOf(history.map(({ lines, ...move }) => ({ ...move, units: lines })));
  return delivery === undefined || delivery.occurredAt < deliveredAt;
}

/** States what of an order has been refunded, and where its return is. */
export function refundAnswer(facts: ReturnFacts, wording: Wording): StatedParts {
  const { order } = facts;
  const refunds = refundParts(order, wording);
  return {
    parts: [orderSummary(order, wording), ...refunds, ...returnParts(facts.returns, wording)],
    cards: cardsOf(facts),
    needsPerson: refunds.some(({ template }) => template === 'refund.none' || template === 'refund.no-payment'),
  };
}

/** Returns whether money has come or may come back for an order: all or some of it was cancelled, returned or refunded. */
export function isRefundable({ status, payments, lines }: Order): boolean {
  if (status === 'CANCELLED' || status === 'RETURNED' || status === 'REFUNDED') return true;
  if (payments.some(({ kind }) => kind === 'REFUND')) return true;
  return lines.some(({ cancelledQuantity, returnedQuantity }) => cancelledQuantity + returnedQuantity > 0);
}

function refundParts(order: Order, wording: Wording): AnswerPart[] {
  const { id, kind, payments } = order;
  const refunds = payments.filter((payment) => payment.kind === 'REFUND');
  if (refunds.length === 0)
    return [{ template: payments.length === 0 ? 'refund.no-payment' : 'refund.none', slots: {} }];
  const of = (field: string) => source('ORDER', id, field);
  const parts = refunds.slice(-MAX_REFUNDS).map((payment): AnswerPart => ({
    template: 'refund.paid',
    slots: {
      amount: moneySlot(payment.amount, of(`payments.${payment.id}.amount`), wording),
      refundedAt: daySlot(payment.occurredAt, of(`payments.${payment.id}.occurredAt`), wording),
    },
  }));
  // A return that is recorded as an order of its own has no charges.
  if (kind === 'RETURN') return parts;
  return [...parts, refundTotal(order, wording)];
}

/** States how much of what was paid for an order was refunded. */
export function refundTotal({ id, charged, refunded }: Order, wording: Wording): AnswerPart {
  const slots = {
    refunded: moneySlot(refunded, source('ORDER', id, 'refunded'), wording),
    charged: moneySlot(charged, source('ORDER', id, 'charged'), wording),
  };
  return { template: 'refund.total', slots };
}

function cardsOf({ order, returns }: ReturnFacts): AnswerCard[] {
  return [{ kind: 'ORDER', id: order.id }, ...returns.map(({ id }) => ({ kind: 'SHIPMENT' as const, id }))];
}
