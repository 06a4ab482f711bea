import { EventColumns, type LogEvents } from '../../events/event-columns';
import { orderKeyOf } from '../../events/log-event';
import { compareIds } from '../../live-state/history';

/** The products that one subject (a customer, or a session without a customer) bought in one order in a time range. */
export interface BasketOrder {
  readonly subject: string;
  /** Time (ms) of the order's first line. */
  readonly at: number;
  /** Distinct products, sorted by id, because the order of lines would reveal which product was added last. */
  readonly productIds: readonly string[];
}

/**
 * Returns the orders with purchases within [from, to), ms, sorted by time. Orders of the same instant are sorted by
 * subject and order key, so that the result does not depend on the order of lines in the log.
 * @param log sorted by `occurredAt`
 */
export function ordersBetween(log: LogEvents, from: number, to: number): BasketOrder[] {
  const events = EventColumns.of(log);
  const orders = new Map<string, { subject: string; at: number; products: Set<string> }>();
  for (let index = events.firstIndexFrom(from); index < events.length && events.timeAt(index) < to; index++) {
    if (events.typeAt(index) !== 'PURCHASE' || events.subjectAt(index) < 0) continue;
    const event = events.at(index);
    if (event.productId === undefined) continue;
    const subject = events.subjects.idAt(events.subjectAt(index));
    const key = `${subject} ${orderKeyOf(event)}`;
    const known = orders.get(key);
    if (known === undefined) orders.set(key, { subject, at: event.occurredAt, products: new Set([event.productId]) });
    else known.products.add(event.productId);
  }
  return Array.from(orders.entries())
    .sort(([keyA, a], [keyB, b]) => a.at - b.at || compareIds(keyA, keyB))
    .map(([, { subject, at, products }]) => ({ subject, at, productIds: Array.from(products).sort(compareIds) }));
}
