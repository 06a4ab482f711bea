/** A synthetic shop that has been learned, and its recommendations. */
import type { EventType, LogEvent } from '../../../src/events/log-event';
import { fitRanker } from '../../setup/fit-ranker';
import type { RankerModel } from '../../../src/recommend/artefact/ranker-model';
import type { CustomerHistory } from '../../../src/live-state/history';
import { PointInTimeReplay } from '../../../src/live-state/replay/point-in-time-replay';
import type { Intent } from '../../../src/recommend/serving/intent';
import type { CatalogueEntry } from '../../../src/recommend/serving/list-input';
import { buildList, type RankedProduct, type RecommendInput } from '../../../src/recommend/serving/build-list';
import { syntheticPurchases } from '../live-state/arbitrary-events';

export const log = syntheticPurchases(120, 80, 150);
export const known = new PointInTimeReplay(log);
known.advanceTo(Infinity);
export const blend = fitRanker(log, { until: known.shop.clock }) as RankerModel;

export function ask(intent: Intent, more: Partial<RecommendInput> = {}): RankedProduct[] {
  return buildList({
    shop: known.shop,
    history: null,
    intent,
    productIds: [],
    exclude: new Set(),
    eligible: () => true,
    blend,
    now: known.shop.clock,
    limit: 10,
    ...more,
  });
}

export const idsOf = (list: RankedProduct[]): string[] => list.map(({ productId }) => productId);

let n = 0;
export const own = (type: EventType, productId: string, occurredAt: number): LogEvent => ({
  source: 'STOREFRONT',
  id: `own${n++}`,
  type,
  occurredAt,
  sessionId: 'visitor',
  productId,
  quantity: 1,
});

export const customer = (): CustomerHistory => known.historyOfId('c:1') as CustomerHistory;

export const DAY = 86_400_000;
/** All products with events were new when the log ended. */
export const CATALOGUE: CatalogueEntry[] = [...Array(80).keys()].map((p) => ({
  productId: `p${p}`,
  categories: [`shelf ${p % 8}`],
  publishedAt: known.shop.clock - (p % 20) * DAY,
  updatedAt: 0,
}));

export const ALL: [Intent, Partial<RecommendInput>][] = [
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

/** Those of {@link ALL} that are full: a list for an unknown product is empty. */
export const FILLED = ALL.filter(([, { productIds }]) => productIds?.[0] !== 'never seen');
