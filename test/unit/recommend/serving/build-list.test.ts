import { RankerModel } from '../../../../src/recommend/artefact/ranker-model';
import { CustomerHistory } from '../../../../src/live-state/history';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import type { Intent } from '../../../../src/recommend/serving/intent';
import type { RecommendInput } from '../../../../src/recommend/serving/build-list';
import { ALL, ask, blend, customer, DAY, FILLED, idsOf, known, log, own } from '../recommend-shop';

describe('recommend', () => {
  it.each(FILLED)(
    '%s: full, distinct, with one to three reasons whose shares sum to 1, twice the same (case %#)',
    (intent, more) => {
      const list = ask(intent, more);
      expect(list).toHaveLength(10);
      expect(new Set(idsOf(list)).size).toBe(10);
      for (const { reasons } of list) {
        expect(reasons.length).toBeGreaterThanOrEqual(1);
        expect(reasons.length).toBeLessThanOrEqual(3);
        expect(reasons.every(({ share }) => share >= 0)).toBe(true);
        expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      }
      expect(ask(intent, more)).toEqual(list);
    },
  );

  it.each(ALL)('%s: never has excluded or ineligible products (case %#)', (intent, more) => {
    const [first, second, ...rest] = idsOf(ask(intent, more));
    const without = ask(intent, { ...more, exclude: new Set([first]), eligible: (id) => id !== second });
    expect(idsOf(without)).not.toContain(first);
    expect(idsOf(without)).not.toContain(second);
    const { catalogue } = more;
    if (catalogue !== undefined) {
      // Fused ranks move up behind an ineligible product, as if the catalogue lacked it. An excluded product holds its
      // rank.
      const lacking = () => [...catalogue()].filter(({ productId }) => productId !== second);
      const longer = idsOf(ask(intent, { ...more, catalogue: lacking, limit: 11 }));
      expect(idsOf(without)).toEqual(longer.filter((id) => id !== first));
      return;
    }
    // PERSONAL reads 100 products a source and this shop has 80: leaving two out changes nothing else.
    expect(idsOf(without).slice(0, rest.length)).toEqual(rest);
  });

  it('leaves out what the customer bought if requested, dislikes always', () => {
    const bought = new Set(
      customer()
        .purchases()
        .map(({ productId }) => productId),
    );
    expect(idsOf(ask('PERSONAL', { history: customer() })).some((id) => bought.has(id))).toBe(true);
    const fresh = idsOf(ask('PERSONAL', { history: customer(), includePurchased: false }));
    expect(fresh.some((id) => bought.has(id))).toBe(false);

    const [favourite] = idsOf(ask('PERSONAL', { history: customer() }));
    const disliking = new CustomerHistory();
    for (const event of log) if (event.customerId === '1') disliking.apply(event);
    disliking.apply(own('DISLIKE', favourite, known.shop.clock));
    expect(idsOf(ask('PERSONAL', { history: disliking, limit: 80 }))).not.toContain(favourite);
  });

  it('never shows the page’s product or the cart’s', () => {
    for (const intent of ['SIMILAR', 'COMPLEMENTARY', 'BASKET'] as const) {
      const list = idsOf(ask(intent, { productIds: ['p4', 'p8'], limit: 80 }));
      expect(list).not.toContain('p4');
      expect(list).not.toContain('p8');
    }
  });

  it('treats a product that the cart names twice as one', () => {
    const cart = (...productIds: string[]) => ask('BASKET', { productIds });
    expect(cart('p4', 'p8', 'p4', 'p4')).toEqual(cart('p4', 'p8'));
  });

  it('uses co-interest for SIMILAR and co-purchase for COMPLEMENTARY', () => {
    expect(ask('SIMILAR', { productIds: ['p4'] })[0].reasons).toEqual([
      { source: 'co-interest', productId: 'p4', share: 1 },
    ]);
    expect(ask('COMPLEMENTARY', { productIds: ['p4'] })[0].reasons).toEqual([
      { source: 'co-purchase', productId: 'p4', share: 1 },
    ]);
    const lists = [ask('SIMILAR', { productIds: ['p4'] }), ask('COMPLEMENTARY', { productIds: ['p4'] })].map(idsOf);
    expect(lists[0]).not.toEqual(lists[1]);
  });

  it('falls back to the same category, and to nothing else, for a product without events', () => {
    const list = ask('SIMILAR', { productIds: ['brand new'], sameCategory: () => ['also new', 'p3', 'brand new'] });
    expect(idsOf(list)).toEqual(['p3', 'also new']);
    expect(list[1].reasons).toEqual([{ source: 'same-category', productId: 'brand new', share: 1 }]);
    for (const intent of ['SIMILAR', 'COMPLEMENTARY', 'BASKET'] as const)
      expect(ask(intent, { productIds: ['never seen'] })).toEqual([]);
  });

  it('fills up neither RECENTLY_VIEWED nor BUY_AGAIN', () => {
    const history = new CustomerHistory();
    ['a', 'p2', 'a'].forEach((id, at) => history.apply(own('VIEW', id, at)));
    expect(idsOf(ask('RECENTLY_VIEWED', { history }))).toEqual(['a', 'p2']);
    expect(ask('RECENTLY_VIEWED')).toEqual([]);
    expect(ask('BUY_AGAIN', { history })).toEqual([]);
    expect(ask('BUY_AGAIN')).toEqual([]);
  });

  it('lets one view change a visitor’s list immediately, before the learner has received it', () => {
    const history = new CustomerHistory();
    const before = idsOf(ask('PERSONAL', { history }));
    history.apply(own('VIEW', 'p7', known.shop.clock));
    expect(idsOf(ask('PERSONAL', { history }))).not.toEqual(before);
  });

  it('gives the same list from a decoded model, and an empty one for an empty shop', () => {
    const decoded = RankerModel.decode(blend.encode());
    expect(ask('PERSONAL', { history: customer(), blend: decoded })).toEqual(ask('PERSONAL', { history: customer() }));
    expect(ask('POPULAR', { shop: new LearnerState().shop })).toEqual([]);
    expect(ask('PERSONAL', { shop: new LearnerState().shop, history: customer(), now: 0 })).toEqual([]);
  });
});

describe('variants of one group', () => {
  const groupOf = (id: string) => (Number(id.slice(1)) % 3 === 0 ? null : `g${Number(id.slice(1)) % 8}`);

  it.each(ALL)('%s: has the best of each group, and all that are in none (case %#)', (intent, more) => {
    const given = new Set((more.productIds ?? []).map(groupOf));
    for (const limit of [3, 10, 80]) {
      const taken = new Set<string | null>(given);
      const expected = ask(intent, { ...more, limit: 1_000 }).filter(({ productId }) => {
        const group = groupOf(productId);
        if (group === null) return true;
        const isFirst = !taken.has(group);
        taken.add(group);
        return isFirst;
      });
      expect(ask(intent, { ...more, limit, groupOf })).toEqual(expected.slice(0, limit));
      const boost = () => 2;
      expect(idsOf(ask(intent, { ...more, limit, groupOf, boost }))).toEqual(idsOf(expected.slice(0, limit)));
    }
  });
});

describe('many variants of each group', () => {
  const VARIANTS = 20;
  const GROUPS = 300;
  const variants = [...Array(VARIANTS * GROUPS).keys()].map((n) => `p${n}`);
  const groupOf = (id: string) => `g${Math.floor(Number(id.slice(1)) / VARIANTS)}`;
  /** Variants of one group have similar scores: in a better group, all of them are better. */
  const shop = new LearnerState();
  for (const [n, productId] of variants.entries()) {
    shop.apply({ ...own('PURCHASE', productId, DAY), source: 'ORDERS', quantity: 1 + (n % 3) + (n >> 5) });
  }
  const best = (more: Partial<RecommendInput> = {}) =>
    ask('POPULAR', { shop: shop.shop, now: DAY, history: null, limit: 200, ...more });

  it.each([
    ['plain', {}],
    ['with a filter', { admits: (id: string) => Number(id.slice(1)) % 3 > 0 }],
    ['with a boost', { boost: (id: string) => 1 + (Number(id.slice(1)) % 7) }],
    ['with some excluded', { exclude: new Set(variants.filter((_, n) => n % 6 < 3)) }],
  ] as [string, Partial<RecommendInput>][])('are read once: %s', (_, more) => {
    const groups = new Set<string>();
    const expected = idsOf(best({ ...more, limit: variants.length })).filter((id) => {
      const isFirst = !groups.has(groupOf(id));
      groups.add(groupOf(id));
      return isFirst;
    });
    let asked = 0;
    const eligible = () => ++asked > 0;
    const list = idsOf(best({ ...more, groupOf, eligible }));
    expect(list).toHaveLength(200);
    expect(list).toEqual(expected.slice(0, 200));
    expect(asked).toBeLessThanOrEqual(variants.length);
  });

  it('do not leave a list of the newest short', () => {
    const list = ask('POPULAR', { shop: new LearnerState().shop, newest: () => variants, groupOf, limit: 200 });
    expect(idsOf(list)).toEqual(variants.filter((_, n) => n % VARIANTS === 0).slice(0, 200));
  });
});

describe('recent purchases', () => {
  const HOUR = DAY / 24;
  const clock = Date.UTC(2026, 5, 1);
  /** A shop where 40 customers order coffee every 20 days and ordered one kettle each, over half a year. */
  const shop = () => {
    const kitchen = new LearnerState();
    const order = (customer: number, productId: string, daysAgo: number) =>
      kitchen.apply({
        ...own('PURCHASE', productId, clock - daysAgo * DAY),
        customerId: `c${customer}`,
        source: 'ORDERS',
      });
    for (let customer = 0; customer < 40; customer++) {
      order(customer, 'kettle', 180 - 4 * customer);
      for (let daysAgo = 180; daysAgo > 5; daysAgo -= 20) order(customer, 'coffee', daysAgo - customer / 20);
    }
    kitchen.shop.refreshNeighbours();
    return kitchen.shop;
  };
  const kitchen = shop();
  const shownAfter = (intent: Intent, productId: string, ms: number) => {
    const history = new CustomerHistory();
    history.apply({ ...own('PURCHASE', productId, clock - ms), source: 'ORDERS' });
    return idsOf(ask(intent, { shop: kitchen, history, now: clock, blend: null })).includes(productId);
  };

  it.each(['PERSONAL', 'POPULAR', 'TRENDING'] as const)(
    'are delayed in %s as long as their repurchase interval says',
    (intent) => {
      for (const [productId, days] of [
        ['kettle', 7],
        ['coffee', 0.25],
      ] as const) {
        for (const age of [0, HOUR, days * DAY - 1]) expect(shownAfter(intent, productId, age)).toBe(false);
        for (const age of [days * DAY, days * DAY + HOUR]) expect(shownAfter(intent, productId, age)).toBe(true);
      }
    },
  );

  it('are in BUY_AGAIN immediately', () => {
    expect(shownAfter('BUY_AGAIN', 'kettle', 0)).toBe(true);
  });

  it('are not durable for a customer who orders the product again and again', () => {
    const history = new CustomerHistory();
    for (const daysAgo of [91, 61, 31, 1]) {
      history.apply({ ...own('PURCHASE', 'kettle', clock - daysAgo * DAY), source: 'ORDERS' });
    }
    expect(idsOf(ask('PERSONAL', { shop: kitchen, history, now: clock, blend: null }))).toContain('kettle');
  });
});

it('is the same if another list of its version has ranked its candidates', () => {
  const history = customer();
  const variants: [Intent, Partial<RecommendInput>][] = [
    ['PERSONAL', {}],
    ['PERSONAL', { limit: 3, exclude: new Set(['p4', 'p7']) }],
    ['PERSONAL', { boost: (id) => (id === 'p9' ? 5 : 1) }],
    ['PERSONAL', { admits: (id) => id.endsWith('3') }],
    ['BUY_AGAIN', {}],
    ['PERSONAL', { limit: 40 }],
  ];
  for (const [intent, more] of variants)
    for (const [other, before] of variants) {
      ask(other, { history, ...before, version: 'v' });
      expect(ask(intent, { history, ...more, version: 'v' })).toEqual(ask(intent, { history, ...more }));
      expect(ask(intent, { history, ...more, version: 'w' })).toEqual(ask(intent, { history, ...more }));
    }
});
