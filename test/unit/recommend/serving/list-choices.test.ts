import type { LogEvent } from '../../../../src/events/log-event';
import { boostedScore } from '../../../../src/recommend/serving/boost';
import { CustomerHistory } from '../../../../src/live-state/history';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import type { CatalogueEntry } from '../../../../src/recommend/serving/list-input';
import type { RankedProduct, RecommendInput } from '../../../../src/recommend/serving/build-list';
import { ALL, ask, CATALOGUE, customer, DAY, FILLED, idsOf, known, own } from '../recommend-shop';

describe('a filter', () => {
  const isTenth = (id: string) => Number(id.slice(1)) % 10 === 4;
  const tenths = ['p4', 'p14', 'p24', 'p34', 'p44', 'p54', 'p64', 'p74'];

  it.each(FILLED.filter(([intent]) => intent !== 'BUY_AGAIN'))(
    '%s: returns what passes, up to the requested number (case %#)',
    (intent, more) => {
      const list = idsOf(ask(intent, { ...more, admits: isTenth, limit: 6 }));
      expect(list).toHaveLength(6);
      expect(list.filter((id) => !tenths.includes(id))).toEqual([]);
    },
  );

  it.each(ALL)('%s: changes nothing if everything passes (case %#)', (intent, more) => {
    expect(ask(intent, { ...more, admits: () => true })).toEqual(ask(intent, more));
  });

  it('is applied before the best of a source are selected: all of the list is the customer’s own, none of it filled up', () => {
    // 200 products that every customer views, and 20 of a kind, viewed by a few.
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
    '%s: variants of few groups, the newest of all, do not leave a list short',
    (intent) => {
      // 200 variants of two shirts, then products without variants.
      const newest = () => [...Array(1_000).keys()].map((n) => `n${n}`);
      const numberOf = (id: string) => Number(id.slice(1));
      const groupOf = (id: string) => (numberOf(id) < 200 ? `shirt-${numberOf(id) % 2}` : null);
      const input = { shop: new LearnerState().shop, newest, groupOf, history: null };
      const others = Array.from({ length: 8 }, (_, n) => `n${200 + n}`);
      expect(idsOf(ask(intent, input))).toEqual(['n0', 'n1', ...others]);
      // The best product of a group that may be shown is shown.
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

  it('never lowers a product that it favours, for any scores', () => {
    for (const scale of ['linear', 'log-odds'] as const) {
      for (const score of [-7, -0.1, 0, 0.1, 7]) {
        const boosts = [0, 0.5, 1, 2, 1_000_000].map((boost) => boostedScore(score, boost, scale));
        expect([...boosts].sort((a, b) => a - b)).toEqual(boosts);
        expect(boosts[2]).toBe(score);
        expect(boosts.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('ranks by it, 0 last, and is listed in the reasons', () => {
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
  const clock = known.shop.clock;
  const entry = (productId: string, ageDays: number, categories: string[] = []): CatalogueEntry => ({
    productId,
    categories,
    publishedAt: clock - ageDays * DAY,
    updatedAt: clock,
  });
  const fresh = (history: CustomerHistory | null, catalogue: CatalogueEntry[], more: Partial<RecommendInput> = {}) =>
    ask('NEW', { history, catalogue: () => catalogue, ...more });

  it('has products published within 30 days; without a date, those first seen, or else changed, within them', () => {
    const unseen = (productId: string, ageDays: number): CatalogueEntry => ({
      productId,
      categories: [],
      updatedAt: clock - ageDays * DAY,
    });
    const long = [...known.shop.stats.firstSeen].findIndex((at) => at < clock - 31 * DAY);
    const seenLongAgo = unseen(known.shop.products.idAt(long), 0);
    const catalogue = [entry('a', 29), entry('b', 31), unseen('c', 3), unseen('d', 40), seenLongAgo];
    expect(idsOf(fresh(null, catalogue))).toEqual(['c', 'a']);
  });

  it('never has what the customer bought, unless requested', () => {
    const bought = customer().purchases()[0].productId;
    const catalogue = [entry(bought, 2), entry('a', 1)];
    expect(idsOf(fresh(customer(), catalogue))).toEqual(['a']);
    expect(idsOf(fresh(customer(), catalogue, { includePurchased: false }))).toEqual(['a']);
    expect(idsOf(fresh(customer(), catalogue, { includePurchased: true }))).toContain(bought);
  });

  it("ranks products that share categories with the customer's interests first, even without events", () => {
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

  it("has no effect on others' lists from a filter that gave up half-way", () => {
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
      const history = known.historyOfId('c:2') as CustomerHistory;
      expect(() => ask('PERSONAL', { history, admits })).toThrow('too much');
      expect(lists.map((list) => list())).toEqual(before);
    }
  });
});
