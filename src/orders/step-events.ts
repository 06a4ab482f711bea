import type { StoredEvent } from '../events/stored-event';
import { deliveriesOf, repeatsDelivery, takesBackDelivery } from './delivery-moves';
import type { OrderRecord } from './order-record';
import { withdrawalTime } from './withdrawal-time';

/**
 * Returns the events of an order in addition to the purchases of its lines: `order_placed` for a new sale, and
 * `order_<status>` for each later move (change of status). They have the type CUSTOM and the source ORDERS. With
 * `order_placed`, streams can count orders and add up their totals. The price is the order's total; the event of a
 * partial move has no price. Ids are `<order>#<n>`. They can't collide with the ids of line events, which have a colon
 * after the order's id.
 *
 * A move that takes a delivery back is no `order_shipped` but an `order_delivery_withdrawn`. A report of a delivery that
 * was known already has no event.
 *
 * @param before the order whose events are in the log
 * @param isFirst whether a new order is the first one of its customer
 */
export function stepEvents(before: OrderRecord | undefined, after: OrderRecord, isFirst: boolean): StoredEvent[] {
  const customer: Record<string, string> = after.customerId === null ? {} : { customer: isFirst ? 'new' : 'returning' };
  const isNew = before === undefined && after.kind === 'SALE';
  const placed = isNew ? [eventOf(after, 0, 'order_placed', after.placedAt, true, customer)] : [];
  const storedMoveCount = before?.history.length ?? 0;
  const steps = after.history.slice(storedMoveCount).flatMap(({ status, occurredAt, units }, moveIndex) => {
    const index = storedMoveCount + moveIndex;
    if (status === 'PLACED' || repeatsDelivery(after.history, index)) return [];
    if (takesBackDelivery(after.history, index))
      return [eventOf(after, index + 1, 'order_delivery_withdrawn', timeOfTakingBack(after, index), true, {})];
    return [eventOf(after, index + 1, `order_${status.toLowerCase()}`, occurredAt, units === null, {})];
  });
  return [...placed, ...steps];
}

/** Returns the time of the event of a move that takes a delivery back. */
function timeOfTakingBack({ history }: OrderRecord, index: number): string {
  const { occurredAt, recordedAt: countedAt } = deliveriesOf(history.slice(0, index))[0]!;
  const [at, counted, now] = [occurredAt, countedAt, history[index]!.recordedAt].map(Date.parse);
  return new Date(withdrawalTime(at!, counted!, now!)).toISOString();
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
