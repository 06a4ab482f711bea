import type { EventType } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import { seededRandom } from '../learn/seeded-random';
import { DEMO_LINES, DEMO_THINGS, demoId, demoProducts } from './demo-catalogue';

const DAY_MS = 86_400_000;
const SEED = 2_026;
export const DEMO_CUSTOMERS = 300;
const DAYS = 180;
/** Things bought over and over again, by index in their line: filters, beans, soil, snacks, ink… */
const CONSUMABLES: readonly (readonly number[])[] = [[2, 5, 6], [6, 8], [1, 6], [5, 7], [1, 5], [2]];

/**
 * Half a year of a made-up shop, the same for the same `now`: 300 customers with one or two tastes each, who come now
 * and then, look around, put things into the cart, buy, come back for what runs out, and send the odd thing back.
 * @param now milliseconds since 1970; the last visits are of the day before
 */
export function demoEvents(now: number): StoredEvent[] {
  const random = seededRandom(SEED);
  const prices = new Map(demoProducts(new Date(now)).map((product) => [product.id, product.price]));
  const events: StoredEvent[] = [];
  let sequence = 0;
  let orders = 0;
  const pick = (count: number, skew: number) => Math.min(count - 1, Math.floor(count * random() ** skew));

  const add = (customer: string, type: EventType, productId: string, at: number, order?: string) => {
    const price = order === undefined ? null : prices.get(productId);
    events.push({
      source: order === undefined ? 'STOREFRONT' : 'ORDERS',
      id: order === undefined ? `demo:${++sequence}` : `${order}:${productId}${type === 'RETURN' ? ':return' : ''}`,
      type,
      occurredAt: Math.round(at),
      customerId: customer,
      productId,
      quantity: 1,
      ...(price ? { unitPrice: price.amount, currency: price.currency } : {}),
      properties: { synthetic: true },
    });
  };

  for (let c = 1; c <= DEMO_CUSTOMERS; c++) {
    const customer = `demo-customer-${c}`;
    const main = pick(DEMO_LINES, 1);
    const second = pick(DEMO_LINES, 1);
    const gap = 4 + 30 * random();
    for (let day = gap * random(); day < DAYS; day += gap * (0.4 + 1.2 * random())) {
      const line = random() < 0.7 ? main : second;
      let at = now - (DAYS - day) * DAY_MS - 2 * 3_600_000;
      const viewed = new Set<string>();
      for (let views = 2 + pick(5, 1); views > 0; views--) {
        const from = random() < 0.85 ? line : pick(DEMO_LINES, 1);
        const id = demoId(from, pick(DEMO_THINGS, 1.5));
        viewed.add(id);
        add(customer, 'VIEW', id, (at += 60_000 * random()));
      }
      const cart = [...viewed].filter(() => random() < 0.35);
      for (const again of CONSUMABLES[line]) if (random() < 0.3) cart.push(demoId(line, again));
      if (cart.length === 0) continue;
      for (const id of new Set(cart)) add(customer, 'ADD_TO_CART', id, (at += 30_000 * random()));
      if (random() < 0.25) continue;
      const order = `demo-order-${++orders}`;
      at += 60_000;
      for (const id of new Set(cart)) add(customer, 'PURCHASE', id, at, order);
      if (random() < 0.04) add(customer, 'RETURN', cart[0], Math.min(at + 5 * DAY_MS, now), order);
    }
  }
  return events;
}
