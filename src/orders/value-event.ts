import type { StoredEvent } from '../events/stored-event';
import { compareAmounts, exactSum } from '../learn/exact-decimal';
import { dueOf, type OrderRecord } from './order-record';
import { LATENESS_DAYS } from './order-streams';

/** The fields of a logged `order_placed` event that value events need. */
export interface PlacedEvent {
  /** The sales channel of the order according to that event. Totals by source count the whole order in this channel. */
  readonly source: string | null;
}

export interface ChangeTime {
  /** The time at which the change is recorded, in milliseconds since 1970. */
  readonly now: number;
  readonly isBackfill: boolean;
}

/**
 * Returns the `order_value_changed` event, which makes the value of an order in the log equal to the amount due. Its
 * price is the difference, which is negative when units are cancelled. The prices of `order_placed` and of these events
 * add up to the order's total without cancelled units, and to 0 if all units are cancelled.
 *
 * The event has the time at which the order was placed, so that each window of the order streams has the current value
 * of the orders placed in it. The streams ignore events that arrive more than 31 days late, so a later change has the
 * time at which it is recorded.
 *
 * @param before the order whose events are in the log
 * @param placed the order's `order_placed` event; undefined if the log has none (the order of an erased customer)
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
    // The id contains the log position of the order's previous version. It is unique, because each version is replaced
    // only once.
    id: `${after.id}#v${before?.position ?? 0}`,
    type: 'CUSTOM',
    name: 'order_value_changed',
    occurredAt: eventTimeOf(after, time),
    customerId: after.customerId ?? undefined,
    sessionId: after.sessionId ?? undefined,
    quantity: 1,
    unitPrice: exactSum([[dueOf(after), 1], [loggedValueOf(before, after), -1]]), // prettier-ignore
    currency: after.currency,
    requestId: after.requestId ?? undefined,
    placement: after.placement ?? undefined,
    properties: { orderId: after.id, ...(placed.source === null ? {} : { source: placed.source }) },
  };
}

/** Returns whether a change affects the value of an order. Orders of kind RETURN have no value. */
export function changesValue(before: OrderRecord | undefined, after: OrderRecord): boolean {
  return after.kind === 'SALE' && compareAmounts(loggedValueOf(before, after), dueOf(after)) !== 0;
}

/**
 * Returns the value that the log has for an order. For a new order this is the price of its `order_placed` event: the
 * total including cancelled units.
 */
function loggedValueOf(before: OrderRecord | undefined, after: OrderRecord): string {
  return before === undefined ? after.total : dueOf(before);
}

function eventTimeOf({ placedAt, history }: OrderRecord, { now, isBackfill }: ChangeTime): number {
  const placedMs = Date.parse(placedAt);
  const isInTime = (recordedMs: number) => recordedMs - placedMs <= LATENESS_DAYS * 86_400_000;
  const { movedBy, recordedAt } = history[0]!;
  // If the streams ignored `order_placed` because it was too late, they must ignore this event, too. So it gets the
  // same time.
  const isCounted = movedBy === 'import' || isInTime(Date.parse(recordedAt));
  return isBackfill || isInTime(now) || !isCounted ? placedMs : now;
}
