import { subjectOf } from '../events/log-event';
import { compareAmounts, exactSum, isZero, type Term } from '../learn/exact-decimal';
import type { OrderStatus } from './life-cycle';

export const ORDER_KINDS = ['SALE', 'RETURN'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export const PAYMENT_KINDS = ['CHARGE', 'REFUND'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

export const PAYMENT_STATES = ['UNPAID', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** A stored order line. Amounts are decimal text, times are ISO 8601 in UTC with milliseconds. */
export interface OrderLineRecord {
  readonly id: string;
  readonly productId: string;
  /** Number of units that were ordered; in an order of kind RETURN, of units that were returned. */
  readonly quantity: number;
  readonly unitPrice: string;
  readonly placedAt: string;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  /** Number of events of the line in the log. */
  readonly events: number;
  readonly placement: string | null;
  readonly requestId: string | null;
}

export interface OrderMoveRecord {
  readonly status: OrderStatus;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly movedBy: string;
  /** Number of moved units by line id; null if the whole order was moved. */
  readonly units: Readonly<Record<string, number>> | null;
}

export interface PaymentRecord {
  readonly id: string;
  readonly kind: PaymentKind;
  readonly amount: string;
  readonly occurredAt: string;
  readonly method: string | null;
}

export interface OrderRecord {
  readonly id: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly customerId: string | null;
  readonly sessionId: string | null;
  /**
   * The subject (customer or session) that placed the order. It differs from the owner after the subject was merged
   * into another one.
   */
  readonly placedBy: string | null;
  readonly placedAt: string;
  readonly currency: string;
  readonly shipping: string;
  readonly tax: string;
  readonly discount: string;
  readonly total: string;
  readonly source: string | null;
  readonly placement: string | null;
  readonly requestId: string | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly updatedAt: string;
  /** Log position of the newest change of the order. */
  readonly position: number;
  readonly lines: readonly OrderLineRecord[];
  readonly payments: readonly PaymentRecord[];
  /** The moves (changes of status) in the order in which they were recorded. */
  readonly history: readonly OrderMoveRecord[];
}

/** Returns the subject (customer or session) that owns the order. New events of the order belong to it, too. */
export function ownerOf({ customerId, sessionId }: Pick<OrderRecord, 'customerId' | 'sessionId'>): string | undefined {
  return subjectOf({ customerId: customerId ?? undefined, sessionId: sessionId ?? undefined });
}

export function subtotalOf(lines: readonly OrderLineRecord[]): string {
  return exactSum(lines.map((line) => [line.unitPrice, line.quantity]));
}

/** Returns the exact total: lines + shipping + tax − discount. */
export function totalOf(order: Pick<OrderRecord, 'lines' | 'shipping' | 'tax' | 'discount'>): string {
  const extras: Term[] = [
    [order.shipping, 1],
    [order.tax, 1],
    [order.discount, -1],
  ];
  return exactSum([[subtotalOf(order.lines), 1], ...extras]);
}

/** Returns the amount due: the total without cancelled units; 0 for a cancelled order. */
export function dueOf(order: OrderRecord): string {
  if (order.lines.every((line) => line.cancelled === line.quantity)) return exactSum([[order.total, 0]]);
  const due = exactSum([[order.total, 1], ...order.lines.map((line): Term => [line.unitPrice, -line.cancelled])]);
  return due.startsWith('-') ? exactSum([[due, 0]]) : due;
}

export function paidOf(order: Pick<OrderRecord, 'payments'>, kind: PaymentKind): string {
  return exactSum(order.payments.filter((payment) => payment.kind === kind).map(({ amount }): Term => [amount, 1]));
}

/** Returns the payment state. It depends only on the payments and the amount due (of a return: the total). */
export function paymentStateOf(order: OrderRecord): PaymentState {
  const charged = paidOf(order, 'CHARGE');
  const refunded = paidOf(order, 'REFUND');
  if (!isZero(refunded)) {
    const whole = order.kind === 'RETURN' ? order.total : charged;
    return compareAmounts(refunded, whole) < 0 ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
  }
  if (order.kind === 'RETURN') return 'UNPAID';
  if (compareAmounts(charged, dueOf(order)) >= 0) return 'PAID';
  return isZero(charged) ? 'UNPAID' : 'PARTIALLY_PAID';
}
