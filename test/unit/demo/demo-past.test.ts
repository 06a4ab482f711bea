import { purchasesOf } from '../../setup/demo-events';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { DEMO_CUSTOMER_COUNT, demoCustomer } from '../../../src/demo/demo-customers';
import { pricesByProduct } from '../../../src/demo/demo-orders';
import { demoHistory } from '../../../src/demo/demo-history';
import { LIFESTYLES } from '../../../src/demo/goods/assortment';
import { eventIdentity, type StoredEvent } from '../../../src/events/stored-event';
import { easeBaseline } from '../../../src/evaluation/recommend/baselines/ease';
import { popularityBaseline } from '../../../src/evaluation/recommend/baselines/popularity';
import { listMetrics } from '../../../src/evaluation/recommend/metrics';
import { temporalSplit } from '../../../src/evaluation/recommend/protocol';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-05-20T15:00:00Z');
const PRODUCTS = demoProducts(new Date(NOW));
const PAST = demoHistory(PRODUCTS, NOW);

const count = (type: string) => PAST.events.filter((event) => event.type === type).length;

describe('the past of the demo shop', () => {
  it('is the same for the same time, and another for another', () => {
    const few = { customers: 20 };
    expect(demoHistory(PRODUCTS, NOW, few)).toEqual(demoHistory(demoProducts(new Date(NOW)), NOW, few));
    expect(demoHistory(PRODUCTS, NOW + DAY_MS, few)).not.toEqual(demoHistory(PRODUCTS, NOW, few));
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
    expect(PAST.events.length).toBeGreaterThan(50_000);
    expect(PAST.events.length).toBeLessThan(130_000);
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
    for (const { type, id, requestId, listPosition, productId, properties } of PAST.events) {
      if (type === 'SEARCH') shown.set(id, properties?.shown as string[]);
      else if (type === 'IMPRESSION') {
        const list = shown.get(requestId!) ?? [];
        list[listPosition! - 1] = productId;
        shown.set(requestId!, list);
      } else if (requestId !== undefined) {
        reactions++;
        expect(shown.get(requestId)?.[listPosition! - 1]).toBe(productId);
      }
    }
    expect(reactions).toBeGreaterThan(2_000);
  });

  it('has no views of products that were not available yet', () => {
    const since = new Map(PRODUCTS.map(({ id, publishedAt }) => [id, publishedAt!.getTime()]));
    for (const { type, productId, occurredAt } of PAST.events)
      if (type === 'VIEW') expect(since.get(productId!)!).toBeLessThanOrEqual(occurredAt);
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
