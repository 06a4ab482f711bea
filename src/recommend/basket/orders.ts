import { orderKeyOf, subjectOf, type LogEvent } from '../../events/log-event';
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
 * @param events sorted by `occurredAt`
 */
export function ordersBetween(events: readonly LogEvent[], from: number, to: number): Order[] {
  const orders = new Map<string, { subject: string; at: number; products: Set<string> }>();
  for (const event of events) {
    if (event.occurredAt >= to) break;
    if (event.occurredAt < from || event.type !== 'PURCHASE' || event.productId === undefined) continue;
    const subject = subjectOf(event);
    if (subject === undefined) continue;
    const key = `${subject} ${orderKeyOf(event)}`;
    const known = orders.get(key);
    if (known === undefined) orders.set(key, { subject, at: event.occurredAt, products: new Set([event.productId]) });
    else known.products.add(event.productId);
  }
  return Array.from(orders.entries())
    .sort(([keyA, a], [keyB, b]) => a.at - b.at || compareIds(keyA, keyB))
    .map(([, { subject, at, products }]) => ({ subject, at, productIds: Array.from(products).sort(compareIds) }));
}
