import type { StoredEvent } from '../events/stored-event';
import type { OrderLineRecord, OrderRecord } from './order-record';

/**
 * What the log has to be told so that it holds of each line what the order holds: `quantity − cancelled − returned` units
 * bought. A line is a purchase of its whole quantity once, `<order>:<line>` when it was placed; from then on the difference
 * that a change makes, `<order>:<line>#2` and so on, when that was said. What is in the log is never changed.
 *
 * @param before the order as the log knows it
 * @param after as it is to be
 * @param changedAt ISO 8601: when what differs came about
 * @returns the order with its lines' events counted, and the events
 */
export function lineEvents(
  before: OrderRecord | undefined,
  after: OrderRecord,
  changedAt: string,
): { order: OrderRecord; events: StoredEvent[] } {
  const known = new Map(before?.lines.map((line) => [line.id, line]));
  const events: StoredEvent[] = [];
  const [more, less] = after.kind === 'SALE' ? (['PURCHASE', 'RETURN'] as const) : (['RETURN', 'PURCHASE'] as const);
  const lines = after.lines.map((line) => {
    let count = line.events;
    const tell = (type: 'PURCHASE' | 'RETURN', quantity: number, at: string) =>
      events.push(eventOf(after, line, type, quantity, ++count, at));
    const stored = known.get(line.id);
    if (!stored) tell(more, line.quantity, line.placedAt);
    const change = unitsOf(line) - (stored ? unitsOf(stored) : line.quantity);
    if (change !== 0) tell(change > 0 ? more : less, Math.abs(change), changedAt);
    return count === line.events ? line : { ...line, events: count };
  });
  return { order: events.length > 0 ? { ...after, lines } : after, events };
}

function unitsOf(line: OrderLineRecord): number {
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
