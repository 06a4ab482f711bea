import { demoProducts } from '../../src/demo/demo-catalogue';
import { pricesByProduct, purchasesOf } from '../../src/demo/demo-orders';
import { type DemoSize, demoHistory } from '../../src/demo/demo-history';
import type { StoredEvent } from '../../src/events/stored-event';

/** Returns the purchases of some of the demo shop's customers over half a year: enough to learn from quickly. */
export function demoEvents(now: number, extent: DemoSize = { customers: 300, days: 180 }): StoredEvent[] {
  const products = demoProducts(new Date(now));
  const { events, orders } = demoHistory(products, now, extent);
  const prices = pricesByProduct(products);
  return [...events, ...orders.flatMap((order) => purchasesOf(order, prices))].sort(
    (a, b) => a.occurredAt - b.occurredAt,
  );
}
