import { EventColumns, type LogEvents } from '../../events/event-columns';
import { orderKeyOf } from '../../events/log-event';
import { compareIds } from '../history';

/** What one subject bought in one order within a time. */
export interface Order {
  readonly subject: string;
  /** Time (ms) of its first line. */
  readonly at: number;
  /** Distinct, by id: the order of lines would tell which one came last. */
  readonly productIds: readonly string[];
}

/**
 * Orders by their purchases within [from, to), ms; by time, those of one instant by subject and products, so that it does
 * not matter in which order lines stand in the log.
 * @param log sorted by `occurredAt`
 */
export function ordersBetween(log: LogEvents, from: number, to: number): Order[] {
  const events = EventColumns.of(log);
  const orders = new Map<string, { subject: string; at: number; products: Set<string> }>();
  for (let index = events.firstFrom(from); index < events.length && events.timeAt(index) < to; index++) {
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
