import { demoProducts } from '../../src/demo/demo-catalogue';
import { type PriceByProduct, pricesByProduct } from '../../src/demo/demo-orders';
import type { DemoOrder } from '../../src/demo/demo-visit';
import { type DemoSize, demoHistory } from '../../src/demo/demo-history';
import type { StoredEvent } from '../../src/events/stored-event';

/** Returns the purchases of some of the demo shop's customers over half a year: enough to learn from quickly. */
export function demoEvents(now: number, extent: DemoSize = { customers: 300, days: 180 }): StoredEvent[] {
  const products = demoProducts(new Date(now));
  const { earlierPurchases, events, orders } = demoHistory(products, now, extent);
  const prices = pricesByProduct(products);
  return [...earlierPurchases, ...events, ...orders.flatMap((order) => purchasesOf(order, prices))].sort(
    (a, b) => a.occurredAt - b.occurredAt,
  );
}

/** Returns the purchase events that the log contains for the lines of an order. */
export function purchasesOf(order: DemoOrder, prices: PriceByProduct): StoredEvent[] {
  const { id, customerId, sessionId, placedAt: occurredAt } = order;
  return order.lines.map(({ productId, quantity, requestId, placement }, index) => ({
    source: 'ORDERS',
    id: `${id}:${index + 1}`,
    type: 'PURCHASE',
    occurredAt,
    customerId,
    sessionId,
    productId,
    quantity,
    unitPrice: prices.get(productId)?.amount,
    currency: 'EUR',
    requestId,
    placement,
    properties: { synthetic: true },
  }));
}
