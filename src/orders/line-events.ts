import type { StoredEvent } from '../events/stored-event';
import type { OrderLineRecord, OrderRecord } from './order-record';

/**
 * Returns the events that make the log agree with the order: the events of a line must add up to `quantity − cancelled
 * − returned` purchased units. The first event of a line is the purchase of its whole quantity. It has the id
 * `<order>:<line>` and the time at which the line was placed. Each later change adds an event with the difference. It
 * has the id `<order>:<line>#2` (then `#3` and so on) and the time of the change. Logged events are never changed.
 *
 * @param before the order whose events are in the log
 * @param after the new state of the order
 * @param changedAt time of the change, ISO 8601
 * @returns the order with updated event counts of its lines, and the new events
 */
export function lineEvents(
  before: OrderRecord | undefined,
  after: OrderRecord,
  changedAt: string,
): { order: OrderRecord; events: StoredEvent[] } {
  const storedLines = new Map(before?.lines.map((line) => [line.id, line]));
  const events: StoredEvent[] = [];
  const [increaseType, decreaseType] =
    after.kind === 'SALE' ? (['PURCHASE', 'RETURN'] as const) : (['RETURN', 'PURCHASE'] as const);
  const lines = after.lines.map((line) => {
    let count = line.events;
    const add = (type: 'PURCHASE' | 'RETURN', quantity: number, at: string) =>
      events.push(eventOf(after, line, type, quantity, ++count, at));
    const stored = storedLines.get(line.id);
    if (!stored) add(increaseType, line.quantity, line.placedAt);
    const change = remainingUnits(line) - (stored ? remainingUnits(stored) : line.quantity);
    if (change !== 0) add(change > 0 ? increaseType : decreaseType, Math.abs(change), changedAt);
    return count === line.events ? line : { ...line, events: count };
  });
  return { order: events.length > 0 ? { ...after, lines } : after, events };
}

function remainingUnits(line: OrderLineRecord): number {
  return line.quantity - line.cancelled - line.returned;
}

function eventOf(
  order: OrderRecord,
  line: OrderLineRecord,
  type: 'PURCHASE' | 'RETURN',
  quantity: number,
  n: number,
  at: string,
): StoredEvent {
  return {
    source: 'ORDERS',
    id: n === 1 ? `${order.id}:${line.id}` : `${order.id}:${line.id}#${n}`,
    type,
    occurredAt: Date.parse(at),
    customerId: order.customerId ?? undefined,
    sessionId: order.sessionId ?? undefined,
    productId: line.productId,
    quantity,
    unitPrice: line.unitPrice,
    currency: order.currency,
    requestId: line.requestId ?? order.requestId ?? undefined,
    placement: line.placement ?? order.placement ?? undefined,
    properties: order.properties ?? undefined,
  };
}
