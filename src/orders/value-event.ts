import type { StoredEvent } from '../events/stored-event';
import { compareAmounts, exactSum } from './exact-amount';
import { dueOf, type OrderRecord } from './order-record';
import { LATENESS_DAYS } from './order-streams';

/** What the log holds of an order's `order_placed` event. */
export interface PlacedEvent {
  /** Where the order came in, as that event says it. Figures by source count the whole order there. */
  readonly source: string | null;
}

export interface ChangeTime {
  /** Milliseconds since 1970: when the change is recorded. */
  readonly now: number;
  readonly isBackfill: boolean;
}

/**
 * The event that keeps the value of an order in the log equal to what is due for it: `order_value_changed`, whose price is
 * the difference, negative when units are cancelled. The prices of `order_placed` and of these events add up to the
 * order's total without cancelled units, and to 0 when all units are cancelled.
 *
 * It is dated when the order was placed, so that each window of the orders' streams holds the present value of the orders
 * placed in it. The streams ignore what comes more than 31 days late; a later change is therefore dated when it is
 * recorded.
 *
 * @param before the order as the log knows it
 * @param placed its `order_placed` event; undefined where the log has none (an erased customer's order)
 */
export function valueEvent(
  before: OrderRecord | undefined,
  after: OrderRecord,
  placed: PlacedEvent | undefined,
  time: ChangeTime,
): StoredEvent | undefined {
  if (placed === undefined || !changesValue(before, after)) return undefined;
  return {
    source: 'ORDERS',
    // A stored version of an order is replaced once.
    id: `${after.id}#v${before?.position ?? 0}`,
    type: 'CUSTOM',
    name: 'order_value_changed',
    occurredAt: dateOf(after, time),
    customerId: after.customerId ?? undefined,
    sessionId: after.sessionId ?? undefined,
    quantity: 1,
    unitPrice: exactSum([[dueOf(after), 1], [knownValueOf(before, after), -1]]), // prettier-ignore
    currency: after.currency,
    requestId: after.requestId ?? undefined,
    placement: after.placement ?? undefined,
    properties: { orderId: after.id, ...(placed.source === null ? {} : { source: placed.source }) },
  };
}

/** Orders of kind RETURN are not placed: they have no value. */
export function changesValue(before: OrderRecord | undefined, after: OrderRecord): boolean {
  return after.kind === 'SALE' && compareAmounts(knownValueOf(before, after), dueOf(after)) !== 0;
}

/** A new order's `order_placed` has its total, cancelled units included. */
function knownValueOf(before: OrderRecord | undefined, after: OrderRecord): string {
  return before === undefined ? after.total : dueOf(before);
}

function dateOf({ placedAt, history }: OrderRecord, { now, isBackfill }: ChangeTime): number {
  const placed = Date.parse(placedAt);
  const isInTime = (heard: number) => heard - placed <= LATENESS_DAYS * 86_400_000;
  const [{ movedBy, recordedAt }] = history;
  // Where `order_placed` came too late to count, the change has to be too late as well.
  const isCounted = movedBy === 'import' || isInTime(Date.parse(recordedAt));
  return isBackfill || isInTime(now) || !isCounted ? placed : now;
}
