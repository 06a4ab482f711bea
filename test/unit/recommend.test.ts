import type { EventType, LogEvent } from '../../src/events/log-event';
import { fitBlend } from '../../src/recommend/blend';
import { applyToHistory } from '../../src/recommend/history-transitions';
import { BlendModel } from '../../src/recommend/blend-model';
import { CustomerHistory } from '../../src/recommend/history';
import { LearnerState } from '../../src/recommend/learner-state';
import type { Intent } from '../../src/recommend/intent';
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
