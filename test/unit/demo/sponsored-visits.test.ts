import { demoProducts } from '../../../src/demo/demo-catalogue';
import { DemoSearch } from '../../../src/demo/demo-search';
import type { DemoOrder } from '../../../src/demo/demo-visit';
import { SponsoredVisits } from '../../../src/demo/sponsored-visits.service';
import type { StorefrontDoor } from '../../../src/demo/storefront-door';
import { seededRandom } from '../../../src/learn/seeded-random';

interface SentEvent {
  readonly type: string;
  readonly productId: string;
  readonly requestId: string;
  readonly placement: string;
  readonly properties: object;
}

const NOW = Date.parse('2026-03-06T10:00:00Z');
const AD = { slot: 1, token: 'a-token', product: { id: 'demo-01-01' } };
const EDGES = [{ rank: 1, node: { id: 'demo-01-02' } }];

/** Runs visits to a shop with one ad, or without ads. */
async function runVisits(count: number, ads: object | null) {
  const events: SentEvent[] = [];
  const orders: DemoOrder[] = [];
  let sessions = 0;
  const tokens = new Set<string | undefined>();
  const door: StorefrontDoor = <Data>(query: string, variables: object, token?: string) => {
    if (query.includes('startSession'))
      return Promise.resolve({ startSession: { token: `t-${++sessions}`, sessionId: `s-${sessions}` } } as Data);
    tokens.add(token);
    if (query.includes('recordEvents')) events.push(...(variables as { events: SentEvent[] }).events);
    return Promise.resolve({ ads, search: { requestId: 'r-1', edges: EDGES, sponsored: ads } } as Data);
  };
  const random = seededRandom(3);
  const search = new DemoSearch(demoProducts(new Date(NOW)));
  const visits = new SponsoredVisits({ door, search, random, pause: () => Promise.resolve() });
  for (let visit = 0; visit < count; visit++) {
    const order = await visits.run(visit % 600, NOW);
    if (order !== undefined) orders.push(order);
  }
  return { events, orders, sessions, tokens };
}

it('visitors see ads and results, and some click an ad, with its token and each in a session of their own', async () => {
  const { events, orders, sessions, tokens } = await runVisits(500, { products: [AD] });
  expect([sessions, tokens.size]).toEqual([500, 500]);
  const ofAd = events.filter(({ requestId }) => requestId === AD.token);
  const count = (wanted: string) => ofAd.filter(({ type }) => type === wanted).length;
  expect(count('IMPRESSION')).toBe(500);
  expect(count('CLICK')).toBeGreaterThan(30);
  expect(count('CLICK')).toBeLessThan(100);
  expect(count('VIEW')).toBe(count('CLICK'));
  expect(orders.length).toBeGreaterThan(2);
  for (const { lines } of orders) expect(lines.map(({ productId }) => productId)).toEqual([AD.product.id]);
  expect(new Set(ofAd.map(({ placement }) => placement))).toEqual(new Set(['home', 'search']));
  for (const { properties } of events) expect(properties).toEqual({ synthetic: true });
});

it('without the placements, visitors see results only', async () => {
  const { events, orders } = await runVisits(50, null);
  expect(new Set(events.map(({ requestId }) => requestId))).toEqual(new Set(['r-1']));
  expect(orders).toEqual([]);
});
