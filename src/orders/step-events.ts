import type { StoredEvent } from '../events/stored-event';
import type { OrderRecord } from './order-record';

/**
 * What happened to an order, as the log has it beside its lines' purchases: CUSTOM, source ORDERS, `order_placed` for each new
 * sale, and for each further step of its life `order_<status>`. With an order's first events the log knows how many there are
 * and what they come to; the price is the order's total, but where only some units were moved. Ids are `<order>#<n>`, which no
 * line has: theirs have a colon behind the order's id.
 *
 * @param before the order as the log knows it
 * @param isFirst of a new order: its customer has placed no earlier one
 */
export function stepEvents(before: OrderRecord | undefined, after: OrderRecord, isFirst: boolean): StoredEvent[] {
  const customer: Record<string, string> = after.customerId === null ? {} : { customer: isFirst ? 'new' : 'returning' };
  const isNew = before === undefined && after.kind === 'SALE';
  const placed = isNew ? [eventOf(after, 0, 'order_placed', after.placedAt, true, customer)] : [];
  const known = before?.history.length ?? 0;
  const steps = after.history.slice(known).flatMap(({ status, occurredAt, units }, at) => {
    if (status === 'PLACED') return [];
    return [eventOf(after, known + at + 1, `order_${status.toLowerCase()}`, occurredAt, units === null, {})];
  });
  return [...placed, ...steps];
}

function eventOf(
  order: OrderRecord,
  n: number,
  name: string,
  at: string,
  isWhole: boolean,
  more: Readonly<Record<string, string>>,
): StoredEvent {
  return {
    source: 'ORDERS',
    id: `${order.id}#${n}`,
    type: 'CUSTOM',
    name,
    occurredAt: Date.parse(at),
    customerId: order.customerId ?? undefined,
    sessionId: order.sessionId ?? undefined,
    quantity: 1,
    ...(isWhole ? { unitPrice: order.total } : {}),
    currency: order.currency,
    requestId: order.requestId ?? undefined,
    placement: order.placement ?? undefined,
    properties: { orderId: order.id, ...(order.source === null ? {} : { source: order.source }), ...more },
  };
}
