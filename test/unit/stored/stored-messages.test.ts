/**
 * JSON that is stored or sent. Each value is written with the code's own types: if a property is renamed, the value
 * here is renamed with it, and differs from the fixture.
 */
import { TokenService } from '../../../src/auth/token.service';
import { factsOf } from '../../../src/catalog/product-facts';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { identityHash } from '../../../src/events/inbox-order';
import { orderKeyOf, subjectOf } from '../../../src/events/log-event';
import { Outbox } from '../../../src/events/outbox.service';
import type { AdDefinition, AdvertiserRecord } from '../../../src/ads/definitions/ad-records';
import type { LogChange } from '../../../src/events/position.store';
import { receiptOf } from '../../../src/events/receipts';
import { contentDigest, eventIdentity, type StoredEvent } from '../../../src/events/stored-event';
import type { AlertSpec } from '../../../src/monitoring/alerts/alert-rule';
import { compileRule } from '../../../src/monitoring/alerts/compile-rule';
import {
  OPERATION_SHAPE,
  observedOperation,
  SYSTEM_SHAPE,
  windowShape,
} from '../../../src/monitoring/alerts/observation';
import { figuresSince, NO_FIGURES, type ProcessFigures } from '../../../src/monitoring/system/process-figures';
import { webhookHeaders } from '../../../src/webhooks/webhook-headers';
import { lineEvents } from '../../../src/orders/line-events';
import type { OrderLineRecord, OrderMoveRecord, OrderRecord } from '../../../src/orders/order-record';
import { stepEvents } from '../../../src/orders/step-events';
import { valueEvent } from '../../../src/orders/value-event';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import type { SharedCache } from '../../../src/platform/shared-cache';
import { ListSnapshots, type ListSnapshot } from '../../../src/recommend/serving/list-snapshots.service';
import type { MerchandisingRuleRecord } from '../../../src/search/merchandising/merchandising.store';
import { SearchLog } from '../../../src/search/query-log/search-log.service';
import type { BasePositionMessage } from '../../../src/search/search-topics';
import type { SearchSnapshot } from '../../../src/search/search-snapshot';
import type { ArticleRecord } from '../../../src/support/articles/article';
import type { SynonymRecord } from '../../../src/search/synonyms/synonym.store';
import { WindowChangeNotifier } from '../../../src/streams/window-change-notifier.service';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('messages');
const START = Date.UTC(2026, 2, 1, 10);
const AT = new Date(START).toISOString();

const EVENT: Required<StoredEvent> = {
  source: 'STOREFRONT',
  id: 'e1',
  type: 'CLICK',
  occurredAt: START,
  customerId: 'ann',
  sessionId: 'v1',
  productId: 'mug',
  quantity: 2,
  rating: 4.5,
  unitPrice: '9.50',
  currency: 'EUR',
  query: 'blue mug',
  requestId: 'r1',
  listPosition: 3,
  placement: 'home',
  name: 'clicked',
  properties: { colour: 'blue', nested: { a: [1, null] } },
};

const PRODUCT: ProductRecord = {
  id: 'mug',
  title: 'Mug',
  description: 'Blue',
  url: 'https://shop.example/mug',
  imageUrls: ['https://shop.example/mug.png'],
  price: '9.50',
  listPrice: '12.00',
  currency: 'EUR',
  brand: 'Falke',
  categories: ['Kitchen > Mugs'],
  groupId: 'mugs',
  language: 'en',
  availability: 'IN_STOCK',
  stock: 3,
  rating: 4.5,
  attributes: { colour: 'blue' },
  publishedAt: AT,
  updatedAt: AT,
  offerUpdatedAt: AT,
};
const SYNONYM: SynonymRecord = {
  ...{ id: 's1', kind: 'ONE_WAY', words: ['cup'], finds: ['mug'], language: 'en', updatedAt: AT },
};
const RULE: MerchandisingRuleRecord = {
  id: 'r1',
  queries: ['mug'],
  placements: ['home'],
  pins: ['mug'],
  buried: ['lid'],
  boost: 'product.stock',
  redirect: 'https://shop.example/mugs',
  startsAt: AT,
  endsAt: AT,
  updatedAt: AT,
};
const ARTICLE: ArticleRecord = {
  id: 'returns',
  title: 'Returns',
  body: 'Within 30 days.',
  url: 'https://shop.example/returns',
  language: 'en',
  intents: ['return-item'],
  updatedAt: AT,
};
const ADVERTISER: AdvertiserRecord = { id: 'falke', name: 'Falke', updatedAt: AT };
const CHANGE: Required<LogChange> = {
  events: [EVENT],
  products: [PRODUCT],
  deletedProducts: ['lid'],
  synonyms: [SYNONYM],
  deletedSynonyms: ['s2'],
  starterSynonyms: [{ language: 'en', enabled: true }],
  merchandisingRules: [RULE],
  deletedMerchandisingRules: ['r2'],
  hiddenSuggestions: ['blue'],
  shownSuggestions: ['red'],
  carrierCodes: [{ carrier: 'dhl', code: 'zu', type: 'DELIVERED' }],
  articles: [ARTICLE],
  deletedArticles: ['returns'],
  ads: [{ kind: 'ADVERTISER', record: ADVERTISER }] satisfies AdDefinition[],
  conversations: ['1c6ab8cd-55a9-4d06-9f33-6fbd52a8ce00'],
  orders: ['o1'],
  merged: { from: 's:v1', into: 'c:ann' },
  reread: ['c:ann'],
  profiles: [{ customerId: 'ann', from: null, to: '3' }],
  reload: 'histories',
  receipts: ['p7'],
};

/** Returns what the code publishes through the given publisher. */
function published(run: (pubSub: RedisPubSub) => void): unknown[] {
  const messages: unknown[] = [];
  const note = (topic: string, payload: unknown) => void messages.push([topic, payload]);
  run({ publish: note, send: note } satisfies Pick<RedisPubSub, 'publish' | 'send'> as unknown as RedisPubSub);
  return messages;
}

describe('an event', () => {
  it('is stored with the same properties', () => fixtures.check('event', EVENT));

  it('that was stored has the same identity, digest, subject and order', () => {
    const event = fixtures.json<StoredEvent>('event');
    fixtures.check('what is stored of an event', {
      identity: eventIdentity(event),
      hash: identityHash(event),
      digest: contentDigest(event),
      digestWithoutProperties: contentDigest({ ...event, properties: undefined }),
      subjects: [subjectOf(event), subjectOf({ sessionId: event.sessionId })],
      orders: [orderKeyOf({ ...event, source: 'ORDERS', id: 'o1:2' }), orderKeyOf(event)],
    });
  });

  it('of a search is logged with the same properties', async () => {
    const sent: StoredEvent[] = [];
    const send = (events: readonly StoredEvent[]) => Promise.resolve(void sent.push(...events));
    const log = new SearchLog({ send, log: { warn: () => undefined }, now: () => START });
    log.record({
      who: { customerId: 'ann', sessionId: 'v1' },
      sender: null,
      input: { query: 'mug', placement: 'home', language: 'en', typing: false, sort: 'PRICE_ASC' },
      answer: { requestId: 'r1', totalCount: 12, modelVersion: 'log-linear-1', correctedQuery: null, ignoredWords: [] },
      shown: ['mug', 'pot'],
      evidence: () => [],
    });
    await log.close();
    fixtures.check('event of a search', sent);
  });
});

it("an order's events have the same ids, names and properties", () => {
  const line: OrderLineRecord = {
    ...{ id: '1', productId: 'mug', quantity: 2, unitPrice: '9.50', placedAt: AT, shipped: 0, cancelled: 0 },
    ...{ returned: 0, events: 0, placement: null, requestId: null },
  };
  const placed: OrderMoveRecord = { status: 'PLACED', occurredAt: AT, recordedAt: AT, movedBy: 'key', units: null };
  const order: OrderRecord = {
    ...{
      id: 'o1',
      kind: 'SALE',
      status: 'PLACED',
      customerId: 'ann',
      sessionId: 'v1',
      placedBy: 'c:ann',
      placedAt: AT,
    },
    ...{ currency: 'EUR', shipping: '0', tax: '0', discount: '0', total: '19.00', source: 'shop', placement: 'home' },
    ...{ requestId: 'r1', properties: { gift: true }, updatedAt: AT, position: 7, payments: [] },
    lines: [line],
    history: [placed],
  };
  const known: OrderRecord = { ...order, lines: [{ ...line, events: 1 }] };
  const changed: OrderRecord = {
    ...order,
    history: [placed, { ...placed, status: 'CANCELLED', units: { 1: 1 } }],
    lines: [{ ...line, cancelled: 1, events: 1 }],
  };
  fixtures.check('events of an order', {
    lines: lineEvents(undefined, order, AT).events,
    changedLines: lineEvents(known, changed, AT).events,
    steps: [...stepEvents(undefined, order, true), ...stepEvents(order, changed, false)],
    value: valueEvent(order, changed, { source: 'shop' }, { now: START, isBackfill: false }),
  });
});

describe('the change of a position', () => {
  it('is stored with the same properties', () => {
    fixtures.check('change', CHANGE);
    fixtures.check('facts of a product', factsOf(fixtures.json<LogChange>('change').products?.[0] as ProductRecord));
    fixtures.check('receipt', receiptOf(7));
  });

  it('is published as the same message', () => {
    const messages = published((pubSub) => {
      const outbox = new Outbox({ query: () => Promise.resolve() } as never, pubSub, {
        warn: () => undefined,
      } as never);
      outbox.publish(7, { deletedProducts: ['lid'] });
      outbox.publish(8);
      void outbox.markPublished();
    });
    fixtures.check('messages of the log', messages);
  });
});

it('messages about windows and base segments keep their topics and property names', () => {
  const windows = published((pubSub) => {
    const news = new WindowChangeNotifier(pubSub);
    news.publishChanges('sales', [['mug', START]]);
    news.publishAllChanged('sales');
  });
  fixtures.check('messages of streams', windows);
  fixtures.check('message of a base segment', { position: 7 } satisfies BasePositionMessage);
});

describe('a list that pages refer to', () => {
  const LIST: ListSnapshot = {
    requestId: 'r1',
    ranked: [{ productId: 'mug', score: 1.5, reasons: [{ source: 'co-interest', productId: 'pot', share: 1 }] }],
    modelVersion: 'v1',
    revision: '7',
    asOf: START,
  };
  const SEARCH: SearchSnapshot = {
    ...{ requestId: 'r1', revision: '7', asOf: START, modelVersion: 'v1', totalCount: 1, didYouMean: null },
    facets: [
      {
        field: 'brand',
        values: [{ value: 'Falke', count: 1, selected: false }],
        distinctCount: 1,
        ranges: [{ from: 0, to: 10, count: 1 }],
        minimum: 9.5,
        maximum: 9.5,
      },
    ],
    ...{ correctedQuery: 'mug', ignoredWords: ['the'], conditions: [], redirect: null },
    searched: 'mug',
    matched: { terms: ['mug'], prefixes: ['mu'] },
    ids: ['mug'],
    matchCount: 1,
    matchesAnyWord: false,
    inexactIds: ['mug'],
    isByRelevance: true,
    scores: [1.5],
    grounds: [
      {
        shares: [{ source: 'text', share: 1 }],
        pinned: true,
        because: [{ source: 'ease', share: 1 }],
      },
    ],
  };

  it.each([
    ['list', LIST],
    ['search', SEARCH],
  ])('has the same key and properties, and is found by another process: %s', async (kind, snapshot) => {
    const shared = new Map<string, string>();
    const cache = {
      set: (key: string, value: string) => void shared.set(key, value),
      get: (key: string) => Promise.resolve(shared.get(key) ?? null),
    } satisfies Pick<SharedCache, 'get' | 'set'> as unknown as SharedCache;
    new ListSnapshots<typeof snapshot>(cache, kind).store(snapshot, 'c:ann', null);
    fixtures.check(`shared ${kind}`, Object.fromEntries([...shared].map(([key, json]) => [key, JSON.parse(json)])));
    const stored = fixtures.json<Record<string, unknown>>(`shared ${kind}`);
    for (const [key, value] of Object.entries(stored)) shared.set(key, JSON.stringify(value));
    const other = new ListSnapshots<typeof snapshot>(cache, kind);
    expect(await other.find('r1', 'c:ann')).toMatchObject(JSON.parse(JSON.stringify(snapshot)) as object);
    expect(await other.find('r1', 'c:bob')).toBeNull();
  });
});

describe('monitoring', () => {
  const SPEC: AlertSpec = {
    source: 'OPERATIONS',
    stream: 'sales',
    which: 'COMPLETE',
    windowMs: 60_000,
    keys: ['recommendations'],
    condition: 'operation.p95 > 0.5',
    clearCondition: 'operation.p95 < 0.25',
    forMs: 5_000,
    noData: 'KEEP',
    severity: 'CRITICAL',
  };
  const figures = (count: number): ProcessFigures => ({
    ...NO_FIGURES,
    operations: {
      recommendations: { latencies: { bounds: [0.5], counts: [count, 1], sum: 2 }, errors: { TIMEOUT: count } },
    },
    sentBytes: 10 * count,
    connections: 2,
    subscriptions: 1,
    memoryBytes: 1_000,
    eventLoopSeconds: 0.5,
  });

  it('stores a rule with the same properties, with the same condition', () => {
    fixtures.check('alert rule', SPEC);
    const rule = compileRule(fixtures.json<AlertSpec>('alert rule'), OPERATION_SHAPE);
    const operation = observedOperation({
      ...{ field: 'recommendations', count: 4, perSecond: 2, errors: 1, failures: 1 },
      ...{ failureRatio: 0.25, mean: 0.5, p50: 0.5, p95: 0.75, p99: null },
    });
    fixtures.check('observed operation', { shown: rule.usedFields(operation), met: rule.isMet(operation), operation });
  });

  it('has the same fields for conditions', () => {
    const windows = windowShape([{ name: 'value', kind: 'QUANTILES', quantiles: [0.95] } as never]);
    fixtures.check(
      'fields of conditions',
      [windows, OPERATION_SHAPE, SYSTEM_SHAPE].map(({ name, fields }) => [name, Object.keys(fields)]),
    );
  });

  it("stores a process's figures with the same properties", () =>
    fixtures.check('figures of a process', { ...figuresSince(figures(3), figures(1)), seconds: 2 }));

  it('signs what it sends in the same way', () =>
    fixtures.check(
      'signature',
      webhookHeaders('d1', 'whsec_aAKuWtYCApGXMmQLQV/Tggapez4pbtBY', '{"id":"d1"}', new Date(START)),
    ));
});

it('an issued token is valid, and is issued again letter by letter', async () => {
  const options = { namespace: 'shop', tokenSecret: 'a secret of thirty-two characters!' };
  const tokens = new TokenService({} as never, options, undefined, () => START);
  const { token } = await tokens.issue({ customerId: 'ann', sessionId: 'v1' }, 60);
  fixtures.check('token', token);
  expect(await tokens.verify(fixtures.json('token'))).toEqual({
    customerId: 'ann',
    sessionId: 'v1',
    tokenExpiresAt: START + 60_000,
  });
});

everyFixtureIsRead(fixtures);
