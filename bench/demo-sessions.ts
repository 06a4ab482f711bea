import type { VisitorEvent, VisitorEvents } from '../src/customers/behaviour/visitor-sessions';
import { demoProducts } from '../src/demo/demo-catalogue';
import { demoHistory, type DemoSize } from '../src/demo/demo-history';
import { subjectOf } from '../src/events/log-event';
import { isSessionEvent, toSessionEvent, type SessionEvent, type SessionProduct } from '../src/features/session-event';
import { appendTo } from '../src/learn/group-by';

/** The visits of the demo shop, by visitor, with an order line event for each ordered product. Synthetic. */
export function demoVisitors(size: DemoSize): VisitorEvents[] {
  const now = Date.UTC(2026, 5, 1);
  const catalogue = demoProducts(new Date(now));
  const products = new Map<string, SessionProduct>(
    catalogue.map(({ id, categories, price, listPrice }) => [
      id,
      {
        id,
        category: categories?.at(-1) ?? null,
        price: price ? Number(price.amount) : null,
        isDiscounted: price != null && listPrice != null && Number(price.amount) < Number(listPrice.amount),
      },
    ]),
  );
  const { events, orders } = demoHistory(catalogue, now, size);
  const visitors = new Map<string, VisitorEvent[]>();
  const add = (subject: string | undefined, sent: SessionEvent) => {
    if (subject === undefined) return;
    const event = { ...sent, subject, position: 0, loggedAt: sent.at, isHistorical: true };
    appendTo(visitors, subject, event);
  };
  for (const event of events)
    if (isSessionEvent(event))
      add(subjectOf(event), toSessionEvent(event, products.get(event.productId ?? '') ?? null, null));
  for (const { id, customerId, sessionId, placedAt, lines } of orders)
    lines.forEach(({ productId, quantity }, line) =>
      add(
        subjectOf({ customerId, sessionId }),
        toSessionEvent(
          { source: 'ORDERS', id: `${id}:${line + 1}`, type: 'PURCHASE', occurredAt: placedAt, quantity },
          products.get(productId) ?? null,
          `o:${id}`,
        ),
      ),
    );
  return Array.from(visitors, ([visitor, own]) => ({ visitor, events: own, merges: [] }));
}
