import { decodeRequestId, encodeRequestId, isRequestIdOf } from '../../../src/auth/request-id';
import type { Identity } from '../../../src/auth/identity';
import { purchasesOf } from '../../setup/demo-events';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { DEMO_CUSTOMER_COUNT, demoCustomer } from '../../../src/demo/demo-customers';
import { pricesByProduct } from '../../../src/demo/demo-orders';
import { demoHistory } from '../../../src/demo/demo-history';
import { LIFESTYLES } from '../../../src/demo/goods/assortment';
import type { IssueRequestId } from '../../../src/demo/visit-recorder';
import { eventIdentity, type StoredEvent } from '../../../src/events/stored-event';
import { easeBaseline } from '../../../src/evaluation/recommend/baselines/ease';
import { popularityBaseline } from '../../../src/evaluation/recommend/baselines/popularity';
import { listMetrics } from '../../../src/evaluation/recommend/metrics';
import { temporalSplit } from '../../../src/evaluation/recommend/protocol';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-05-20T15:00:00Z');
const PRODUCTS = demoProducts(new Date(NOW));
const SECRET = Buffer.alloc(32, 45);
const issue: IssueRequestId = (content, who, seed) => encodeRequestId(SECRET, content, who, seed);
const PAST = demoHistory(PRODUCTS, NOW, {}, issue);

const shownBySearch = new Set(PAST.events.flatMap(({ type, id }) => (type === 'SEARCH' ? [id] : [])));
const count = (type: string) => PAST.events.filter((event) => event.type === type).length;

describe('the past of the demo shop', () => {
  it('is the same for the same time, and another for another', () => {
    const few = { customers: 20 };
    const past = demoHistory(PRODUCTS, NOW, few, issue);
    expect(demoHistory(demoProducts(new Date(NOW)), NOW, few, issue)).toEqual(past);
    expect(demoHistory(PRODUCTS, NOW + DAY_MS, few, issue)).not.toEqual(past);
  });

  it('covers the last 150 days, with a distinct id for each event', () => {
    expect(new Set(PAST.events.map(eventIdentity)).size).toBe(PAST.events.length);
    // On the first day, visitors come during the whole day.
    expect(PAST.events[0].occurredAt).toBeGreaterThan(NOW - 151 * DAY_MS);
    expect(PAST.events.at(-1)!.occurredAt).toBeLessThanOrEqual(NOW);
    // No day without visitors.
    expect(new Set(PAST.events.map(({ occurredAt }) => Math.floor(occurredAt / DAY_MS))).size).toBeGreaterThanOrEqual(
      150,
    );
  });

  it('has believable shares: many view, fewer add to the cart, fewer still buy, some searches find nothing', () => {
    expect(PAST.events.length).toBeGreaterThan(100_000);
    expect(PAST.events.length).toBeLessThan(200_000);
    expect(count('VIEW')).toBeGreaterThan(1.5 * count('ADD_TO_CART'));
    expect(count('ADD_TO_CART')).toBeGreaterThan(PAST.orders.length);
    expect(count('REMOVE_FROM_CART')).toBeGreaterThan(0);
    expect(count('IMPRESSION')).toBeGreaterThan(0);
    const searches = PAST.events.filter(({ type }) => type === 'SEARCH');
    const inVain = searches.filter(({ properties }) => properties?.total === 0).length;
    expect(inVain / searches.length).toBeGreaterThan(0.03);
    expect(inVain / searches.length).toBeLessThan(0.1);
    const buyers = new Set(PAST.orders.flatMap(({ customerId }) => customerId ?? []));
    expect(buyers.size).toBeGreaterThan(DEMO_CUSTOMER_COUNT / 2);
  });

  it('marks every event as synthetic', () => {
    expect(PAST.events.every(({ properties }) => properties?.synthetic === true)).toBe(true);
  });

  it('leads each reaction to an earlier list, with the product at its position', () => {
    const shown = new Map<string, (string | undefined)[]>();
    let reactions = 0;
    const wrong: string[] = [];
    for (const { type, id, requestId, listPosition, productId, properties } of PAST.events) {
      if (type === 'SEARCH') shown.set(id, properties?.shown as string[]);
      else if (type === 'IMPRESSION') {
        const list = shown.get(requestId!) ?? [];
        list[listPosition! - 1] = productId;
        shown.set(requestId!, list);
      } else if (requestId !== undefined) {
        reactions++;
        if (shown.get(requestId)?.[listPosition! - 1] !== productId) wrong.push(id);
      }
    }
    expect(wrong).toEqual([]);
    expect(reactions).toBeGreaterThan(20_000);
  });

  it('has lists and searches with ids that the shop has signed for their visitor, each of its own', () => {
    const listOf = new Map<string, string>();
    const listed = { RECOMMENDATION: 0, SEARCH: 0, BROWSE: 0 };
    const wrong: string[] = [];
    const check = (requestId: string, who: Identity, placement: string | undefined, at: number) => {
      const list = decodeRequestId(SECRET, requestId);
      const isSearch = shownBySearch.has(requestId);
      const text = JSON.stringify([who.sessionId, list]);
      const isOwn = isRequestIdOf(SECRET, requestId, who) && (listOf.get(requestId) ?? text) === text;
      const isRight = list?.placement === placement && list!.at <= at && (list!.kind === 'SEARCH') === isSearch;
      if (!isOwn || !isRight) return void wrong.push(requestId);
      listOf.set(requestId, text);
      listed[list!.kind]++;
    };
    for (const { type, id, requestId, placement, occurredAt, customerId, sessionId } of PAST.events)
      if (type === 'SEARCH') check(id, { customerId, sessionId }, placement, occurredAt);
      else if (requestId !== undefined) check(requestId, { customerId, sessionId }, placement, occurredAt);
    for (const { lines, placedAt, customerId, sessionId } of PAST.orders)
      for (const { requestId, placement } of lines)
        if (requestId !== undefined) check(requestId, { customerId, sessionId }, placement, placedAt);
        else if (placement !== 'product' && placement !== 'order') wrong.push(`${placement}`);
    expect(wrong).toEqual([]);
    for (const times of Object.values(listed)) expect(times).toBeGreaterThan(1_000);
  });

  it('sells a believable share from recommendations and from searches', () => {
    const prices = pricesByProduct(PRODUCTS);
    const revenue = { RECOMMENDATION: 0, SEARCH: 0, BROWSE: 0, none: 0 };
    for (const { lines } of PAST.orders)
      for (const { productId, quantity, requestId } of lines) {
        const kind = requestId === undefined ? 'none' : decodeRequestId(SECRET, requestId)!.kind;
        revenue[kind] += quantity * Number(prices.get(productId)!.amount);
      }
    const total = Object.values(revenue).reduce((sum, each) => sum + each);
    expect(revenue.RECOMMENDATION / total).toBeGreaterThan(0.25);
    expect(revenue.RECOMMENDATION / total).toBeLessThan(0.4);
    expect(revenue.SEARCH / total).toBeGreaterThan(0.15);
    expect(revenue.SEARCH / total).toBeLessThan(0.3);
    expect(revenue.none / total).toBeGreaterThan(0.35);
  });

  it('has no views of products that were not available yet', () => {
    const since = new Map(PRODUCTS.map(({ id, publishedAt }) => [id, publishedAt!.getTime()]));
    const early = PAST.events.filter(
      ({ type, productId, occurredAt }) => type === 'VIEW' && occurredAt < since.get(productId!)!,
    );
    expect(early).toEqual([]);
  });

  it('has more of seed trays in spring than in autumn', () => {
    const gardening = (now: number) => {
      const { events } = demoHistory(demoProducts(new Date(now)), now, { customers: 400, days: 60 });
      const views = events.filter(({ type }) => type === 'VIEW');
      return views.filter(({ productId }) => productId!.startsWith('demo-03-')).length / views.length;
    };
    expect(gardening(Date.parse('2026-05-15'))).toBeGreaterThan(1.2 * gardening(Date.parse('2026-11-15')));
  });

  it('has more purchases in the evening than at night', () => {
    const at = (from: number, to: number) =>
      PAST.orders.filter(({ placedAt }) => {
        const hour = new Date(placedAt).getUTCHours();
        return hour >= from && hour < to;
      }).length;
    expect(at(18, 22)).toBeGreaterThan(5 * at(1, 5));
  });

  it('has repeated purchases of consumables', () => {
    const orders = new Map<string, number>();
    for (const { customerId, lines } of PAST.orders)
      if (customerId !== undefined)
        for (const { productId } of lines)
          orders.set(`${customerId} ${productId}`, (orders.get(`${customerId} ${productId}`) ?? 0) + 1);
    const again = (staple: boolean) => {
      const of = [...orders].filter(([key]) => {
        const [id, productId] = key.split(' ');
        return isStaple(id, productId) === staple;
      });
      return of.filter(([, times]) => times > 1).length / of.length;
    };
    expect(again(true)).toBeGreaterThan(3 * again(false));
  });
});

function isStaple(customerId: string, productId: string): boolean {
  return demoCustomer(Number(customerId.split('-')[2])).staples.some((staple) => staple.productId === productId);
}

describe('the tastes of the demo shop', () => {
  const prices = pricesByProduct(PRODUCTS);
  const purchases: StoredEvent[] = PAST.orders.flatMap((order) => purchasesOf(order, prices));
  const split = temporalSplit(purchases, NOW - 21 * DAY_MS, NOW, 1);
  const ndcg = (of: (customer: number, known: ReadonlySet<number>) => ArrayLike<number>) => {
    const figures = split.testCustomers
      .filter(({ truthNew }) => truthNew.size > 0)
      .map(({ customer, boughtInTraining, truthNew }) => listMetrics(of(customer, boughtInTraining), truthNew).ndcg10);
    return figures.reduce((sum, each) => sum + each) / figures.length;
  };

  it('can be learned: of products new to a customer, EASE finds twice as much in the held-out days as popularity', () => {
    const ease = easeBaseline(split, {});
    const popular = popularityBaseline(split);
    expect(split.testCustomers.length).toBeGreaterThan(200);
    const found = ndcg((customer, known) => ease.rank(customer, known));
    expect(found).toBeGreaterThan(2 * ndcg((customer, known) => popular.rank(customer, known)));
  });

  it('are opposite: households of two lifestyles hardly buy the same', () => {
    const bought = (wayOfLife: number) => {
      const lines = LIFESTYLES[wayOfLife];
      const times = new Map<string, number>();
      for (const { customerId, productId } of purchases) {
        if (customerId === undefined || !lines.includes(demoCustomer(Number(customerId.split('-')[2])).mainLine))
          continue;
        times.set(productId!, (times.get(productId!) ?? 0) + 1);
      }
      return new Set(
        [...times]
          .sort((a, b) => b[1] - a[1])
          .slice(0, 30)
          .map(([id]) => id),
      );
    };
    const [outdoors, cooks] = [bought(0), bought(1)];
    expect([...outdoors].filter((id) => cooks.has(id)).length).toBeLessThan(3);
  });
});
