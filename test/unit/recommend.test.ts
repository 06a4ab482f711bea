import type { EventType, LogEvent } from '../../src/events/log-event';
import { fitBlend } from '../../src/recommend/blend';
import { applyToHistory } from '../../src/recommend/history-transitions';
import { BlendModel } from '../../src/recommend/blend-model';
import { CustomerHistory } from '../../src/recommend/history';
import { LearnerState } from '../../src/recommend/learner-state';
import type { Intent } from '../../src/recommend/intent';
import type { CatalogueEntry } from '../../src/recommend/recommendation';
import { boosted } from '../../src/recommend/boost';
import { recommend, type RankedProduct, type RecommendInput } from '../../src/recommend/recommend';
import { syntheticPurchases } from './arbitrary-events';

const log = syntheticPurchases(120, 80, 150);
const learner = new LearnerState();
const histories = new Map<string, CustomerHistory>();
for (const event of log) {
  learner.apply(event);
  applyToHistory(histories, event);
}
learner.shop.refreshNeighbours();
const blend = fitBlend(log, { until: learner.shop.clock }) as BlendModel;

function ask(intent: Intent, more: Partial<RecommendInput> = {}): RankedProduct[] {
  return recommend({
    shop: learner.shop,
    history: null,
    intent,
    productIds: [],
    exclude: new Set(),
    eligible: () => true,
    blend,
    now: learner.shop.clock,
    limit: 10,
    ...more,
  });
}

const idsOf = (list: RankedProduct[]): string[] => list.map(({ productId }) => productId);

let n = 0;
const own = (type: EventType, productId: string, occurredAt: number): LogEvent => ({
  source: 'STOREFRONT',
  id: `own${n++}`,
  type,
  occurredAt,
  sessionId: 'visitor',
  productId,
  quantity: 1,
});

const customer = (): CustomerHistory => histories.get('c:1') as CustomerHistory;

const DAY = 86_400_000;
/** All that has events was new when the log ended. */
const CATALOGUE: CatalogueEntry[] = [...Array(80).keys()].map((p) => ({
  productId: `p${p}`,
  categories: [`shelf ${p % 8}`],
  publishedAt: learner.shop.clock - (p % 20) * DAY,
  updatedAt: 0,
}));

const ALL: [Intent, Partial<RecommendInput>][] = [
  ['PERSONAL', { history: customer() }],
  ['PERSONAL', { history: customer(), blend: null }],
  ['PERSONAL', {}],
  ['SIMILAR', { productIds: ['p4'] }],
  ['SIMILAR', { productIds: ['never seen'] }],
  ['COMPLEMENTARY', { productIds: ['p4'] }],
  ['BASKET', { productIds: ['p4', 'p5'] }],
  ['BUY_AGAIN', { history: customer() }],
  ['TRENDING', {}],
  ['POPULAR', {}],
  ['NEW', { history: customer(), catalogue: () => CATALOGUE }],
  ['NEW', { history: customer(), catalogue: () => CATALOGUE, blend: null }],
  ['NEW', { catalogue: () => CATALOGUE }],
];

describe('recommend', () => {
  it.each(ALL)(
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

  it.each(ALL)('%s: never what is excluded or not eligible (case %#)', (intent, more) => {
    const [first, second, ...rest] = idsOf(ask(intent, more));
    const without = ask(intent, { ...more, exclude: new Set([first]), eligible: (id) => id !== second });
    expect(idsOf(without)).not.toContain(first);
    expect(idsOf(without)).not.toContain(second);
    const { catalogue } = more;
    if (catalogue !== undefined) {
      // Fused ranks move up behind what is not eligible, as if the catalogue lacked it; what is excluded keeps its place.
      const lacking = () => [...catalogue()].filter(({ productId }) => productId !== second);
      const longer = idsOf(ask(intent, { ...more, catalogue: lacking, limit: 11 }));
      expect(idsOf(without)).toEqual(longer.filter((id) => id !== first));
      return;
    }
    // PERSONAL looks at 100 a source and this shop has 80 products: leaving two out moves nothing else.
    expect(idsOf(without).slice(0, rest.length)).toEqual(rest);
  });

  it('leaves out what the customer bought when told to, dislikes always', () => {
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
    disliking.apply(own('DISLIKE', favourite, learner.shop.clock));
    expect(idsOf(ask('PERSONAL', { history: disliking, limit: 80 }))).not.toContain(favourite);
  });

  it('never shows the page’s product or the cart’s', () => {
    for (const intent of ['SIMILAR', 'COMPLEMENTARY', 'BASKET'] as const) {
      const list = idsOf(ask(intent, { productIds: ['p4', 'p8'], limit: 80 }));
      expect(list).not.toContain('p4');
      expect(list).not.toContain('p8');
    }
  });

  it('takes a product that the cart names twice as one', () => {
    const cart = (...productIds: string[]) => ask('BASKET', { productIds });
    expect(cart('p4', 'p8', 'p4', 'p4')).toEqual(cart('p4', 'p8'));
  });

  it('takes SIMILAR from co-interest and COMPLEMENTARY from co-purchase', () => {
    expect(ask('SIMILAR', { productIds: ['p4'] })[0].reasons).toEqual([
      { source: 'co-interest', productId: 'p4', share: 1 },
    ]);
    expect(ask('COMPLEMENTARY', { productIds: ['p4'] })[0].reasons).toEqual([
      { source: 'co-purchase', productId: 'p4', share: 1 },
    ]);
    const lists = [ask('SIMILAR', { productIds: ['p4'] }), ask('COMPLEMENTARY', { productIds: ['p4'] })].map(idsOf);
    expect(lists[0]).not.toEqual(lists[1]);
  });

  it('falls back to the same category, then to what is popular, for a product nobody has touched', () => {
    const list = ask('SIMILAR', { productIds: ['brand new'], sameCategory: () => ['also new', 'p3', 'brand new'] });
    expect(idsOf(list).slice(0, 2)).toEqual(['p3', 'also new']);
    expect(list[1].reasons).toEqual([{ source: 'same-category', productId: 'brand new', share: 1 }]);
    expect(list[2].reasons).toEqual([{ source: 'popularity', share: 1 }]);
  });

  it('fills up neither RECENTLY_VIEWED nor BUY_AGAIN', () => {
    const history = new CustomerHistory();
    ['a', 'p2', 'a'].forEach((id, at) => history.apply(own('VIEW', id, at)));
    expect(idsOf(ask('RECENTLY_VIEWED', { history }))).toEqual(['a', 'p2']);
    expect(ask('RECENTLY_VIEWED')).toEqual([]);
    expect(ask('BUY_AGAIN', { history })).toEqual([]);
    expect(ask('BUY_AGAIN')).toEqual([]);
  });

  it('lets one view change a visitor’s list at once, the learner not yet having heard of it', () => {
    const history = new CustomerHistory();
    const before = idsOf(ask('PERSONAL', { history }));
    history.apply(own('VIEW', 'p7', learner.shop.clock));
    expect(idsOf(ask('PERSONAL', { history }))).not.toEqual(before);
  });

  it('gives the same list from a decoded model, and an empty one for an empty shop', () => {
    const decoded = BlendModel.decode(blend.encode());
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
  /** Variants of one group have similar scores: the better a group, the better are all of it. */
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
  ] as [string, Partial<RecommendInput>][])('are gone through once: %s', (_, more) => {
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

describe('what was just bought', () => {
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

  it.each(['PERSONAL', 'POPULAR', 'TRENDING'] as const)('waits in %s as long as its rhythm says', (intent) => {
    for (const [productId, days] of [
      ['kettle', 7],
      ['coffee', 0.25],
    ] as const) {
      for (const age of [0, HOUR, days * DAY - 1]) expect(shownAfter(intent, productId, age)).toBe(false);
      for (const age of [days * DAY, days * DAY + HOUR]) expect(shownAfter(intent, productId, age)).toBe(true);
    }
  });

  it('is in BUY_AGAIN at once', () => {
    expect(shownAfter('BUY_AGAIN', 'kettle', 0)).toBe(true);
  });

  it('is no durable for a customer who orders it again and again', () => {
    const history = new CustomerHistory();
    for (const daysAgo of [91, 61, 31, 1]) {
      history.apply({ ...own('PURCHASE', 'kettle', clock - daysAgo * DAY), source: 'ORDERS' });
    }
    expect(idsOf(ask('PERSONAL', { shop: kitchen, history, now: clock, blend: null }))).toContain('kettle');
  });
});

describe('a filter', () => {
  const isTenth = (id: string) => Number(id.slice(1)) % 10 === 4;
  const tenths = ['p4', 'p14', 'p24', 'p34', 'p44', 'p54', 'p64', 'p74'];

  it.each(ALL.filter(([intent]) => intent !== 'BUY_AGAIN'))(
    '%s: what passes, and as much of it as is wanted (case %#)',
    (intent, more) => {
      const list = idsOf(ask(intent, { ...more, admits: isTenth, limit: 6 }));
      expect(list).toHaveLength(6);
      expect(list.filter((id) => !tenths.includes(id))).toEqual([]);
    },
  );

  it.each(ALL)('%s: passes everything, and changes nothing (case %#)', (intent, more) => {
    expect(ask(intent, { ...more, admits: () => true })).toEqual(ask(intent, more));
  });

  it('is asked before the best of a source are taken: all of the list is the customer’s own, none of it filled up', () => {
    // 200 products that everybody views, and 20 of a kind, viewed by a few.
    const crowded = new LearnerState();
    const view = (sessionId: string, productId: string): LogEvent => ({ ...own('VIEW', productId, 0), sessionId });
    for (let s = 0; s < 30; s++) for (let p = 0; p < 200; p++) crowded.apply(view(`s${s}`, `common${p}`));
    for (let s = 0; s < 3; s++) for (let p = 0; p < 20; p++) crowded.apply(view(`s${s}`, `rare${p}`));
    crowded.shop.refreshNeighbours();
    const history = new CustomerHistory();
    history.apply(own('VIEW', 'common0', 0));
    const rare = (id: string) => id.startsWith('rare');
    const list = ask('PERSONAL', { shop: crowded.shop, now: 0, blend: null, history, admits: rare, limit: 20 });
    expect(list).toHaveLength(20);
    expect(list.every(({ productId }) => rare(productId))).toBe(true);
    for (const { reasons } of list) expect(reasons.map(({ source }) => source)).toContain('co-interest');
  });

  it('does not let a cut of the newest leave a list short', () => {
    const newest = () => [...Array(1_000).keys()].map((n) => `n${n}`);
    const list = ask('POPULAR', { shop: new LearnerState().shop, newest, admits: (id) => id.endsWith('99') });
    expect(idsOf(list)).toEqual([99, 199, 299, 399, 499, 599, 699, 799, 899, 999].map((n) => `n${n}`));
  });

  it.each(['POPULAR', 'PERSONAL', 'TRENDING', 'NEW'] as const)(
    '%s does not let variants of few groups, the newest of all, leave a list short',
    (intent) => {
      // 200 variants of two shirts, then products without variants.
      const newest = () => [...Array(1_000).keys()].map((n) => `n${n}`);
      const numberOf = (id: string) => Number(id.slice(1));
      const groupOf = (id: string) => (numberOf(id) < 200 ? `shirt-${numberOf(id) % 2}` : null);
      const input = { shop: new LearnerState().shop, newest, groupOf, history: null };
      const others = Array.from({ length: 8 }, (_, n) => `n${200 + n}`);
      expect(idsOf(ask(intent, input))).toEqual(['n0', 'n1', ...others]);
      // Of a group the best that may be shown is shown.
      const exclude = new Set(['n0', 'n200', 'n201']);
      expect(idsOf(ask(intent, { ...input, exclude }))).toEqual(['n1', 'n2', ...others.slice(2), 'n208', 'n209']);
    },
  );
});

describe('a boost', () => {
  const plain = (more: Partial<RecommendInput> = {}) => ask('PERSONAL', { history: customer(), limit: 80, ...more });
  const scores = (list: RankedProduct[]) => new Map(list.map(({ productId, score }) => [productId, score]));
  const favoured = (id: string) => (Number(id.slice(1)) % 2 === 0 ? 3 : 1);

  it('multiplies the odds of a fitted blend, a linear score otherwise', () => {
    const before = plain();
    const after = scores(plain({ boost: favoured }));
    expect(before.filter(({ productId }) => favoured(productId) > 1).length).toBeGreaterThan(20);
    for (const { productId, score } of before) {
      expect(after.get(productId)).toBeCloseTo(score + Math.log(favoured(productId)), 12);
    }
    const linear = scores(ask('TRENDING', { limit: 80 }));
    for (const { productId, score } of ask('TRENDING', { limit: 80, boost: favoured })) {
      expect(score).toBe((linear.get(productId) as number) * favoured(productId));
    }
  });

  it('never makes worse what it favours, whatever the scores are', () => {
    for (const scale of ['linear', 'log-odds'] as const) {
      for (const score of [-7, -0.1, 0, 0.1, 7]) {
        const boosts = [0, 0.5, 1, 2, 1_000_000].map((boost) => boosted(score, boost, scale));
        expect([...boosts].sort((a, b) => a - b)).toEqual(boosts);
        expect(boosts[2]).toBe(score);
        expect(boosts.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('ranks by it, 0 last, and says so in the reasons', () => {
    const [first, second] = idsOf(plain());
    const list = plain({ boost: (id) => (id === first ? 0 : id === second ? 4 : 1) });
    expect(idsOf(list)[0]).toBe(second);
    expect(list[0].reasons[0]).toEqual({ source: 'boost', share: 0.75 });
    expect(list.map(({ reasons }) => reasons.reduce((sum, { share }) => sum + share, 0))).toEqual(
      list.map(() => expect.closeTo(1, 12) as number),
    );
    for (const { productId, reasons } of list) {
      expect(reasons.some(({ source }) => source === 'boost')).toBe(productId === second);
    }
    const personal = list.filter(({ score }) => score < -10);
    expect(personal.map(({ productId }) => productId)).toEqual([first]);
  });
});

describe('NEW', () => {
  const clock = learner.shop.clock;
  const entry = (productId: string, ageDays: number, categories: string[] = []): CatalogueEntry => ({
    productId,
    categories,
    publishedAt: clock - ageDays * DAY,
    updatedAt: clock,
  });
  const fresh = (history: CustomerHistory | null, catalogue: CatalogueEntry[], more: Partial<RecommendInput> = {}) =>
    ask('NEW', { history, catalogue: () => catalogue, ...more });

  it('has what was published within 30 days; without a date, what was first seen, or else changed, within them', () => {
    const unseen = (productId: string, ageDays: number): CatalogueEntry => ({
      productId,
      categories: [],
      updatedAt: clock - ageDays * DAY,
    });
    const long = [...learner.shop.stats.firstSeen].findIndex((at) => at < clock - 31 * DAY);
    const seenLongAgo = unseen(learner.shop.products.idAt(long), 0);
    const catalogue = [entry('a', 29), entry('b', 31), unseen('c', 3), unseen('d', 40), seenLongAgo];
    expect(idsOf(fresh(null, catalogue))).toEqual(['c', 'a']);
  });

  it('is never what the customer bought, unless that is asked for', () => {
    const bought = customer().purchases()[0].productId;
    const catalogue = [entry(bought, 2), entry('a', 1)];
    expect(idsOf(fresh(customer(), catalogue))).toEqual(['a']);
    expect(idsOf(fresh(customer(), catalogue, { includePurchased: false }))).toEqual(['a']);
    expect(idsOf(fresh(customer(), catalogue, { includePurchased: true }))).toContain(bought);
  });

  it('puts first what shares categories with what the customer cares for, though nobody has touched it yet', () => {
    const history = new CustomerHistory();
    history.apply(own('VIEW', 'p7', clock));
    const catalogue = [entry('a', 1, ['garden']), entry('b', 2, ['kitchen']), entry('c', 3, ['garden'])];
    const categoriesOf = (id: string) => (id === 'p7' ? ['kitchen'] : []);
    const list = fresh(history, catalogue, { categoriesOf });
    expect(idsOf(list)).toEqual(['b', 'a', 'c']);
    expect(list[0].reasons).toContainEqual({
      source: 'same-category',
      productId: 'p7',
      share: expect.closeTo(0.5, 1) as number,
    });
    expect(idsOf(fresh(null, catalogue))).toEqual(['a', 'b', 'c']);
  });

  it('is filled up with the newest of the rest, with a filter too', () => {
    const newest = () => ['a', 'old-1', 'old-2', 'old-3'];
    expect(idsOf(fresh(null, [entry('a', 1)], { newest }))).toEqual(['a', 'old-1', 'old-2', 'old-3']);
    expect(idsOf(fresh(null, [entry('a', 1)], { newest, admits: (id) => id !== 'old-1' }))).toEqual([
      'a',
      'old-2',
      'old-3',
    ]);
  });

  it('leaves no trace of a filter that gave up half-way in lists of others', () => {
    const lists = (['PERSONAL', 'NEW', 'BASKET'] as const).map((intent) => () => {
      const more = {
        history: customer(),
        productIds: intent === 'BASKET' ? ['p1', 'p2'] : [],
        catalogue: () => CATALOGUE,
      };
      return idsOf(ask(intent, { ...more, limit: 50 }));
    });
    const before = lists.map((list) => list());
    for (const enough of [1, 5, 20, 60]) {
      let asked = 0;
      const admits = () => {
        if (++asked > enough) throw new Error('too much');
        return true;
      };
      const history = histories.get('c:2') as CustomerHistory;
      expect(() => ask('PERSONAL', { history, admits })).toThrow('too much');
      expect(lists.map((list) => list())).toEqual(before);
    }
  });
});
