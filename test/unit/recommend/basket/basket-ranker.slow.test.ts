import type { LogEvent } from '../../../../src/events/log-event';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { loadKernels } from '../../../../src/platform/kernels';
import { BasketExamples } from '../../../../src/recommend/basket/basket-examples';
import { leaveOneOutCases } from '../../../../src/recommend/basket/leave-one-out';
import { encodeBasketSection, type BasketSection } from '../../../../src/recommend/basket/basket-section';
import { ordersBetween } from '../../../../src/recommend/basket/orders';
import { RANKER_WINDOWS, fitAndTestRanker, type TestedRanker } from '../../../../src/recommend/training/fit-ranker';
import { decodeRanker, decodeCompatibleRanker, encodeRanker } from '../../../../src/recommend/artefact/ranker-artefact';
import { BasketModel } from '../../../../src/recommend/basket/basket-model';
import { CustomerHistory } from '../../../../src/live-state/history';
import { PointInTimeReplay } from '../../../../src/live-state/replay/point-in-time-replay';
import { buildList, type RankedProduct, type RecommendInput } from '../../../../src/recommend/serving/build-list';
import { fitSources } from '../../../../src/recommend/training/source-fits';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const DAY = 86_400_000;
const log = syntheticPurchases(60, 40, 170);
const until = log[0].occurredAt + 160 * DAY;
const kernels = loadKernels();

/** From an instant on, each product is replaced by another one, with the same number of orders. */
const altered = (from: number, events = log): LogEvent[] =>
  events.map((event) =>
    event.occurredAt < from ? event : { ...event, productId: `p${(Number(event.productId?.slice(1)) + 29) % 40}` },
  );

/** The lines of each order in another order, and with another line number in their ids. */
function linesShuffled(): LogEvent[] {
  const shuffled: LogEvent[] = [];
  for (let at = 0; at < log.length;) {
    let end = at;
    while (end < log.length && log[end].occurredAt === log[at].occurredAt) end++;
    const products = log.slice(at, end).map(({ productId }) => productId);
    log.slice(at, end).forEach((event, n) => shuffled.push({ ...event, productId: products[products.length - 1 - n] }));
    at = end;
  }
  return shuffled;
}

function fitted(events: readonly LogEvent[]): TestedRanker {
  const sources = fitSources(events, { until, back: RANKER_WINDOWS, kernels });
  return fitAndTestRanker(events, { until, sources }) as TestedRanker;
}

describe('questions about orders', () => {
  const questions = (events: readonly LogEvent[]) => {
    const random = seededRandom(1);
    return ordersBetween(events, until - 60 * DAY, until)
      .filter(({ productIds }) => productIds.length > 1)
      .map((order) => leaveOneOutCases(order, random));
  };

  it('hide one product, and give all others, or a single one', () => {
    const orders = ordersBetween(log, 0, until).filter(({ productIds }) => productIds.length > 1);
    const random = seededRandom(1);
    for (const order of orders) {
      const [whole, ...single] = leaveOneOutCases(order, random);
      expect([whole.hidden, ...whole.context].sort()).toEqual([...order.productIds].sort());
      for (const { hidden, context } of single) {
        expect(context).toHaveLength(1);
        expect(context).not.toContain(hidden);
        expect(order.productIds).toEqual(expect.arrayContaining([hidden, ...context]));
      }
    }
  });

  it('do not depend on the order of an order’s lines', () => {
    const shuffled = linesShuffled();
    expect(shuffled).not.toEqual(log);
    expect(questions(shuffled)).toEqual(questions(log));
  });

  it('hide every product equally often, the first and the last by id as well', () => {
    const order = { subject: 'c:1', at: 0, productIds: ['a', 'b', 'c', 'd'] };
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    for (let n = 0; n < 4_000; n++) {
      const [{ hidden }] = leaveOneOutCases(order, random);
      counts.set(hidden, (counts.get(hidden) ?? 0) + 1);
    }
    for (const id of order.productIds) expect(Math.abs((counts.get(id) as number) - 1_000)).toBeLessThan(120);
  });
});

describe('examples from orders', () => {
  const start = until - 30 * DAY;
  const listsOf = (events: readonly LogEvent[]): string[] => {
    const sources = fitSources(log, { until: start, back: RANKER_WINDOWS, kernels });
    const walk = new PointInTimeReplay(events);
    walk.advanceTo(start);
    const examples = new BasketExamples(events, { until, horizon: 30 * DAY, seed: 1 });
    const affinities = fitSources(events, { until: start, back: RANKER_WINDOWS, kernels }).orderAffinities(start);
    examples.addWindow(start, { shop: walk.shop, models: sources.asOf(start, walk), affinities });
    return examples.windows[0].sampledLists.map(({ part, features, chosen }) =>
      JSON.stringify([part, chosen, Array.from(features)]),
    );
  };

  it('use no data after the order that they are built from', () => {
    const middle = ordersBetween(log, start, until).map(({ at }) => at)[60];
    const own = listsOf(log);
    const other = listsOf(altered(middle));
    let same = 0;
    while (same < own.length && own[same] === other[same]) same++;
    // At least four lists of each earlier order: anonymous and known, with all other products given or one.
    expect(same).toBeGreaterThan(200);
    expect(same).toBeLessThan(own.length);
  });

  it('a leak would be detected: they change when the past changes', () => {
    expect(listsOf(altered(start - 10 * DAY))[0]).not.toEqual(listsOf(log)[0]);
  });
});

describe('the basket ranker', () => {
  const tested = fitted(log);
  const basket = tested.basket as BasketSection;
  const bytes = encodeRanker({ ...tested, easeLambda: 300 });

  it('is the same bytes for the same data, with any events after `until`', () => {
    const own = encodeBasketSection(basket);
    expect(encodeBasketSection(fitted(altered(until)).basket as BasketSection)).toEqual(own);
    expect(encodeBasketSection(fitted(altered(until - 2 * DAY)).basket as BasketSection)).not.toEqual(own);
  });

  it('was better than popularity on baskets it had not seen, and than the ranker without a fit', () => {
    const measures = tested.evidence?.measures.filter(({ name }) => name.includes('basket')) ?? [];
    expect(measures).toHaveLength(2);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const { candidate, baseline } of measures) {
      expect(candidate.length).toBeGreaterThan(50);
      expect(mean(candidate)).toBeGreaterThan(1.2 * mean(baseline));
    }
  });

  it('is stored in the artefact, whole; a version without one loads without', () => {
    const decoded = decodeRanker(bytes);
    expect(encodeRanker(decoded)).toEqual(bytes);
    expect(decoded.basket?.model.isFinite()).toBe(true);
    expect(() => decodeRanker(bytes.slice(0, -1))).toThrow();

    const without = encodeRanker({ ...tested, easeLambda: 300, basket: null });
    const version = 1 + 'freshet-blend-version'.length;
    expect(without[version]).toBe(4);
    expect(decodeCompatibleRanker(without, {})).toMatchObject({ basket: null, easeLambda: 300 });
    without[version] = 1;
    expect(() => decodeRanker(without)).toThrow('version 1');
  });

  it('is left out if it was fitted over other features; the rest is served', () => {
    const names = basket.model.featureNames.map((name) => `${name}, smoothed`);
    const foreign = { ...basket, model: new BasketModel(names, basket.model.parts) };
    const served = decodeCompatibleRanker(encodeRanker({ ...tested, easeLambda: 300, basket: foreign }), {});
    expect(served.basket).toBeNull();
    expect(served.model.isCompatible()).toBe(true);
  });

  it('is absent if there is too little to learn from', () => {
    // Single purchases make no basket.
    const single = log.map((event, n) => ({ ...event, id: `single${n}:1` }));
    expect(fitted(single).basket).toBeNull();
  });

  describe('serving', () => {
    const walk = new PointInTimeReplay(log);
    walk.advanceTo(until);
    const history = walk.historyOfId('c:1') as CustomerHistory;
    const ask = (more: Partial<RecommendInput> = {}): RankedProduct[] =>
      buildList({
        shop: walk.shop,
        history: null,
        intent: 'BASKET',
        productIds: ['p4', 'p8'],
        exclude: new Set(),
        eligible: () => true,
        blend: tested.model,
        basket,
        models: tested.sources,
        now: until,
        limit: 10,
        ...more,
      });
    const ids = (list: RankedProduct[]) => list.map(({ productId }) => productId);

    it.each([
      ['anonymous', {}],
      ['anonymous, one product', { productIds: ['p4'] }],
      ['known', { history }],
      ['known, one product', { history, productIds: ['p4'] }],
    ])('%s: full, distinct, without the cart, with reasons that add up and name their source', (_, more) => {
      const list = ask(more);
      expect(list).toHaveLength(10);
      expect(new Set(ids(list)).size).toBe(10);
      expect(ids(list)).not.toContain('p4');
      for (const { reasons } of list) {
        expect(reasons.length).toBeGreaterThanOrEqual(1);
        expect(reasons.length).toBeLessThanOrEqual(3);
        expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      }
      const named = list.flatMap(({ reasons }) =>
        reasons.flatMap(({ source, productId }) => (source === 'co-purchase' && productId ? [productId] : [])),
      );
      if (!('history' in more)) expect(named.length).toBeGreaterThan(0);
      for (const id of named) expect(['p4', 'p8']).toContain(id);
      expect(ask(more)).toEqual(list);
    });

    it('treats the cart as a set', () => {
      expect(ask({ productIds: ['p8', 'p4', 'p8'] })).toEqual(ask());
    });

    it('ranks by the customer’s history, and treats an unknown customer as an anonymous one', () => {
      expect(ids(ask({ history }))).not.toEqual(ids(ask()));
      expect(ask({ history: new CustomerHistory() })).toEqual(ask());
      for (const { productId, reasons } of ask({ history, limit: 20 })) {
        const isKnown = history.purchases().some((purchase) => purchase.productId === productId);
        if (reasons.some(({ source }) => source === 'personal-frequency')) expect(isKnown).toBe(true);
      }
    });

    it('completes by counts if there is no model, or no known product in the cart', () => {
      expect(ask({ basket: null }).every(({ reasons }) => reasons[0].source === 'co-purchase')).toBe(true);
      expect(ask({ productIds: ['never seen'] }).every(({ reasons }) => reasons[0].source === 'popularity')).toBe(true);
    });

    it('leaves COMPLEMENTARY to what is bought in one order', () => {
      const page: Partial<RecommendInput> = { intent: 'COMPLEMENTARY', productIds: ['p4'] };
      expect(ask(page)).toEqual(ask({ ...page, basket: null }));
    });

    it('returns the same from a decoded version', () => {
      const { basket: served, sources, model } = decodeCompatibleRanker(bytes, {});
      const list = ask({ history });
      expect(ask({ history, basket: served, models: sources, blend: model })).toEqual(list);
    });

    it('scores only what passes the filter', () => {
      const tenth = (id: string) => Number(id.slice(1)) % 10 === 4;
      const list = ask({ history, admits: tenth, limit: 4, productIds: ['p8'] });
      expect(list).toHaveLength(4);
      expect(ids(list).every(tenth)).toBe(true);
    });
  });
});
