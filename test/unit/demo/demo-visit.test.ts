import { randomBytes } from 'node:crypto';
import { decodeRequestId, encodeRequestId, isRequestIdOf } from '../../../src/auth/request-id';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoCustomer, randomPreferences } from '../../../src/demo/demo-customers';
import { DemoSearch } from '../../../src/demo/demo-search';
import { VisitSimulator } from '../../../src/demo/demo-visit';
import { seededRandom } from '../../../src/learn/seeded-random';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-05-20T15:00:00Z');
const SECRET = randomBytes(32);

it('live visitors react to lists and searches by ids that were issued to them', () => {
  const products = demoProducts(new Date(NOW));
  const simulator = new VisitSimulator({
    products,
    search: new DemoSearch(products),
    issueRequestId: (content, who) => encodeRequestId(SECRET, content, who),
  });
  const random = seededRandom(3);
  const seen = { RECOMMENDATION: 0, SEARCH: 0, BROWSE: 0 };
  let ordered = 0;
  for (let visit = 0; visit < 200; visit++) {
    const customer = visit % 2 === 0 ? demoCustomer(1 + visit) : undefined;
    const taste = customer ?? randomPreferences(random);
    const plan = { id: `visit-${visit}`, taste, customer, at: NOW, pace: 6, dueProductIds: [] };
    const { events, order } = simulator.simulate(plan, random);
    const who = { customerId: customer?.id, sessionId: plan.id };
    for (const { type, id, requestId = type === 'SEARCH' ? id : undefined, occurredAt } of events) {
      if (requestId === undefined) continue;
      const { kind, placement, at } = decodeRequestId(SECRET, requestId)!;
      expect(isRequestIdOf(SECRET, requestId, who)).toBe(true);
      expect(isRequestIdOf(SECRET, requestId, { sessionId: 'another' })).toBe(false);
      expect(placement).toBe(kind === 'SEARCH' ? null : 'home');
      expect(at).toBeLessThanOrEqual(occurredAt);
      expect(at).toBeGreaterThan(NOW - MINUTE_MS);
      seen[kind]++;
    }
    for (const { requestId } of order?.lines ?? []) {
      if (requestId === undefined) continue;
      expect(isRequestIdOf(SECRET, requestId, who)).toBe(true);
      ordered++;
    }
  }
  expect(seen.RECOMMENDATION).toBeGreaterThan(100);
  expect(seen.SEARCH).toBeGreaterThan(100);
  expect(ordered).toBeGreaterThan(5);
});
