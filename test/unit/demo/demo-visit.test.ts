import { randomBytes } from 'node:crypto';
import { decodeRequestId, encodeRequestId, isRequestIdOf } from '../../../src/auth/request-id';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoCustomer, randomPreferences } from '../../../src/demo/demo-customers';
import { orderInput, pricesByProduct } from '../../../src/demo/demo-orders';
import { DemoSearch } from '../../../src/demo/demo-search';
import { VisitSimulator } from '../../../src/demo/demo-visit';
import type { StoredEvent } from '../../../src/events/stored-event';
import { seededRandom } from '../../../src/learn/seeded-random';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-05-20T15:00:00Z');
const SECRET = randomBytes(32);
const PRODUCTS = demoProducts(new Date(NOW));
const simulator = new VisitSimulator({
  products: PRODUCTS,
  search: new DemoSearch(PRODUCTS),
  issueRequestId: (content, who, seed) => encodeRequestId(SECRET, content, who, seed),
});

/** A visit of every second customer and of as many people who are not signed in. */
function* visits() {
  const random = seededRandom(3);
  for (let visit = 0; visit < 400; visit++) {
    const customer = visit % 2 === 0 ? demoCustomer(1 + visit) : undefined;
    const taste = customer ?? randomPreferences(random);
    const dueProductIds = customer?.staples.map(({ productId }) => productId) ?? [];
    const plan = { id: `visit-${visit}`, taste, customer, at: NOW, pace: 6, dueProductIds };
    yield { who: { customerId: customer?.id, sessionId: plan.id }, ...simulator.simulate(plan, random) };
  }
}

it('visitors react to lists and searches by ids that were issued to them', () => {
  const seen = { RECOMMENDATION: 0, SEARCH: 0, BROWSE: 0 };
  for (const { who, events } of visits())
    for (const { type, id, requestId = type === 'SEARCH' ? id : undefined, placement, occurredAt } of events) {
      if (requestId === undefined) continue;
      const list = decodeRequestId(SECRET, requestId)!;
      expect(isRequestIdOf(SECRET, requestId, who)).toBe(true);
      expect(isRequestIdOf(SECRET, requestId, { sessionId: 'another' })).toBe(false);
      expect(placement).toBe(list.placement);
      expect(list.kind === 'RECOMMENDATION').toBe(placement !== 'search');
      expect(list.at).toBeLessThanOrEqual(occurredAt);
      expect(list.at).toBeGreaterThan(NOW - MINUTE_MS);
      seen[list.kind]++;
    }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

it('visitors click in lists that they saw before, and a click opens the page of the product', () => {
  let clicks = 0;
  for (const { events } of visits()) {
    const shown = new Set<string>();
    const keyOf = ({ requestId, productId, listPosition, placement }: StoredEvent) =>
      JSON.stringify([requestId, productId, listPosition, placement]);
    events.forEach((event, index) => {
      if (event.type === 'IMPRESSION') shown.add(keyOf(event));
      else if (event.requestId !== undefined) expect(shown).toContain(keyOf(event));
      if (event.type !== 'CLICK') return;
      clicks++;
      expect(events[index + 1]).toMatchObject({ type: 'VIEW', productId: event.productId, requestId: event.requestId });
    });
  }
  expect(clicks).toBeGreaterThan(300);
});

it('each line of an order names the list or the place that the product was put into the cart from', () => {
  const lines = { listed: 0, unlisted: 0 };
  const prices = pricesByProduct(PRODUCTS);
  for (const { who, events, order } of visits()) {
    if (order === undefined) continue;
    for (const { productId, requestId, placement } of orderInput(order, prices).lines!) {
      const added = events.findLast((event) => event.type === 'ADD_TO_CART' && event.productId === productId);
      expect({ requestId, placement }).toEqual({ requestId: added!.requestId, placement: added!.placement });
      expect(placement).toBeDefined();
      if (requestId != null) expect(isRequestIdOf(SECRET, requestId, who)).toBe(true);
      lines[requestId == null ? 'unlisted' : 'listed']++;
    }
  }
  expect(lines.listed).toBeGreaterThan(50);
  expect(lines.unlisted).toBeGreaterThan(50);
});

it('visitors who pass by look at one product', () => {
  const plan = { taste: demoCustomer(1), at: NOW, pace: 6, dueProductIds: [] };
  const { events, order } = simulator.passBy({ id: 'passing', ...plan }, seededRandom(1));
  expect(events).toMatchObject([{ type: 'VIEW', sessionId: 'passing' }]);
  expect(order).toBeUndefined();
});
