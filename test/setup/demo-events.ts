import { demoProducts } from '../../src/demo/demo-catalogue';
import { pricesOf, purchasesOf } from '../../src/demo/demo-orders';
import { type DemoExtent, demoPast } from '../../src/demo/demo-past';
import type { StoredEvent } from '../../src/events/stored-event';

/** A part of the demo shop's customers over half a year, with what they bought: enough to learn from, quickly. */
export function demoEvents(now: number, extent: DemoExtent = { customers: 300, days: 180 }): StoredEvent[] {
  const products = demoProducts(new Date(now));
  const { events, orders } = demoPast(products, now, extent);
  const prices = pricesOf(products);
  return [...events, ...orders.flatMap((order) => purchasesOf(order, prices))].sort(
    (a, b) => a.occurredAt - b.occurredAt,
  );
}
