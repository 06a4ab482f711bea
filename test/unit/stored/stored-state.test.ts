/**
 * The learner's checkpoint, its deltas, messages between processes and base segments of search, as they are stored and
 * sent.
 */
import type { LogEvent, LogEntry } from '../../../src/events/log-event';
import type { ArtefactStore, NewArtefact } from '../../../src/platform/artefacts';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { ShopState } from '../../../src/live-state/shop-state';
import { decodeStateMessage, encodeStateMessage } from '../../../src/live-state/replication/state-message';
import { SHOP_DELTA_MIN_RELEASE } from '../../../src/live-state/live-state-names';
import { contentHash, productDocument } from '../../../src/search/document/product-document';
import { DOCUMENT_VERSION, indexSettings } from '../../../src/search/document/index-settings';
import { hash53 } from '../../../src/search/document/hash';
import { storeBaseSegment } from '../../../src/search/base-segment/base-segment-thread';
import type { FacetResult } from '../../../src/search-engine/index/facet-request';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../src/search-engine/index/segment-builder';
import { decodeSegment, encodeSegment } from '../../../src/search-engine/index/segment-codec';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import type { CatalogueProduct } from '../../../src/catalog/catalogue-product';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('state');
/** A whole number of every half-life: then decayed sums are exact, for any rounding of Node's Math.pow. */
const PERIOD = 840 * 86_400_000;
const START = 25 * PERIOD;
const LATER = START + PERIOD;

const event = (n: number, type: LogEvent['type'], more: Partial<LogEvent>, at = START): LogEvent => ({
  source: type === 'PURCHASE' || type === 'RETURN' ? 'ORDERS' : 'STOREFRONT',
  id: `e${n}`,
  type,
  occurredAt: at,
  quantity: 1,
  ...more,
});

const BEFORE: readonly LogEntry[] = [
  event(0, 'VIEW', { sessionId: 'v1', productId: 'mug' }),
  event(1, 'VIEW', { sessionId: 'v1', productId: 'pot' }),
  event(2, 'ADD_TO_CART', { customerId: 'ann', productId: 'pot' }),
  event(3, 'PURCHASE', { customerId: 'ann', productId: 'pot', id: 'o1:1', quantity: 2 }),
  event(4, 'PURCHASE', { customerId: 'ann', productId: 'lid', id: 'o1:2' }),
  event(5, 'LIKE', { customerId: 'bob', productId: 'mug' }),
  event(6, 'PURCHASE', { customerId: 'bob', productId: 'lid', id: 'o2:1' }),
  event(7, 'PURCHASE', { customerId: 'bob', productId: 'mug', id: 'o2:2' }),
  { from: 's:v1', into: 'c:bob' },
];
const AFTER: readonly LogEntry[] = [
  event(8, 'RATE', { customerId: 'ann', productId: 'mug', rating: 4.5 }, LATER),
  event(9, 'RETURN', { customerId: 'bob', productId: 'lid', id: 'o2:1#2' }, LATER),
  event(10, 'VIEW', { customerId: 'cleo', productId: 'cup' }, LATER),
  event(11, 'PURCHASE', { customerId: 'cleo', productId: 'lid', id: 'o3:1' }, LATER),
  event(12, 'PURCHASE', { customerId: 'cleo', productId: 'cup', id: 'o3:2' }, LATER),
];

function learnt(state: LearnerState, entries: readonly LogEntry[]): LearnerState {
  for (const entry of entries) state.applyEntry(entry);
  return state;
}

/** The figures that an API process serves from. */
function figuresOf({ products, interest, purchase, stats, clock }: ShopState) {
  const ids = Array.from({ length: products.size }, (_, at) => products.idAt(at));
  const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b, j) => [a, b, i, i + 1 + j] as const));
  return {
    clock,
    products: ids.map((id, at) => [
      ...[id, interest.n(at), purchase.n(at), stats.orders[at], stats.purchasers[at], stats.repeatPurchasers[at]],
      ...[stats.firstSeen[at], Number(stats.week.read(at, clock).toPrecision(9))],
    ]),
    pairs: pairs.map(([a, b, i, j]) => [a, b, interest.count(i, j), purchase.count(i, j)]),
  };
}

const stored = () => ({ shop: fixtures.bytes('shop checkpoint'), subjects: fixtures.bytes('subjects checkpoint') });

describe("the learner's checkpoint", () => {
  it('is the same bytes in both halves', () => {
    const { shop, subjects } = learnt(new LearnerState(), BEFORE).encode();
    fixtures.checkBytes('shop checkpoint', shop);
    fixtures.checkBytes('subjects checkpoint', subjects);
  });

  it('that was stored holds the same state, and is written again byte by byte', () => {
    const state = LearnerState.decode(stored());
    fixtures.check('shop figures', figuresOf(state.shop));
    const again = state.encode();
    expect([again.shop, again.subjects].map((half) => Buffer.from(half).toString('base64'))).toEqual(
      Object.values(stored()).map((half) => Buffer.from(half).toString('base64')),
    );
  });

  it('without sessions is the same bytes, and holds the same figures', () => {
    const { shop } = learnt(new LearnerState(), BEFORE);
    shop.dropSessions();
    fixtures.checkBytes('shop checkpoint without sessions', shop.encode());
    const read = ShopState.decode(fixtures.bytes('shop checkpoint without sessions'));
    expect(read.lacksSessions).toBe(true);
    expect(figuresOf(read)).toEqual(figuresOf(ShopState.decode(stored().shop)));
  });

  it('that was stored continues to learn: the same delta, which brings a follower to the same state', () => {
    const state = LearnerState.decode(stored());
    state.shop.clearChanges();
    learnt(state, AFTER);
    fixtures.checkBytes('shop delta', state.drainDelta());
    const follower = ShopState.decode(stored().shop);
    follower.applyDelta(fixtures.bytes('shop delta'));
    fixtures.check('shop figures after the delta', figuresOf(follower));
    expect(figuresOf(follower)).toEqual(figuresOf(state.shop));
  });
});

describe('a message of the owner of a state', () => {
  it.each(['delta', 'checkpoint'] as const)('is the same bytes, and read as it was: %s', (kind) => {
    const message = { kind, from: 41, to: 42, token: 7, delta: Uint8Array.of(1, 2, 3) };
    fixtures.checkBytes(`${kind} message`, encodeStateMessage(message, SHOP_DELTA_MIN_RELEASE));
    const read = decodeStateMessage(Buffer.from(fixtures.bytes(`${kind} message`)));
    expect({ ...read, delta: Uint8Array.from(read.delta) }).toEqual({ ...message, minRelease: '0.4.0' });
  });
});

const countsOf = (facet: FacetResult) =>
  'values' in facet ? [facet.facet, facet.distinct, facet.values.map(({ value, count }) => [value, count])] : [];

const product = (id: string, more: Partial<CatalogueProduct>): CatalogueProduct => ({
  id,
  title: `Enamel ${id}`,
  description: 'For the mountains and the garden.',
  url: null,
  imageUrls: [],
  price: { amount: '9.50', currency: 'EUR' },
  listPrice: { amount: '12.00', currency: 'EUR' },
  priceNumber: 9.5,
  listPriceNumber: 12,
  brand: 'Falke',
  categories: ['Kitchen > Mugs'],
  groupId: null,
  language: 'en',
  availability: 'IN_STOCK',
  stock: 3,
  rating: 4.5,
  attributes: { colour: 'blue', volume: 0.25 },
  publishedAt: new Date(START),
  updatedAt: new Date(START),
  ...more,
});
const PRODUCTS = [
  product('mug', {}),
  product('pot', { availability: 'OUT_OF_STOCK', groupId: 'pots', rating: null, categories: ['Kitchen', 'Garden'] }),
  product('lid', { title: 'Lid of a blue pot', brand: null, description: null, language: 'de', attributes: {} }),
];
const SETTINGS = indexSettings(['volume']);

describe('a base segment of search', () => {
  it('is the same bytes', () => {
    const builder = new SegmentBuilder(SETTINGS);
    const analyzers = new Analyzers('en');
    for (const [at, each] of PRODUCTS.entries()) builder.add(productDocument(each, analyzers, at + 1)!);
    fixtures.checkBytes('search segment', encodeSegment(builder.finish()));
  });

  it('that was stored returns the same results', () => {
    const segment = decodeSegment(fixtures.bytes('search segment'));
    const index = new SearchIndex(SETTINGS, segment);
    const find = (term: string) =>
      index.search({
        query: { mode: 'OR', clauses: [{ alternatives: [{ term }] }] },
        facets: [{ facet: 'categories', limit: 5 }],
        limit: 3,
      });
    const answers = ['enamel', 'blue', 'garden'].map((term) => {
      const { total, hits, facets } = find(term);
      return [term, total, hits.map((hit) => [hit.id, Number(hit.score.toPrecision(9))]), facets.map(countsOf)];
    });
    fixtures.check('search segment answers', answers);
  });

  it('is stored under the same name, with the same figures', async () => {
    const segment = decodeSegment(fixtures.bytes('search segment'));
    const base = {
      segment,
      position: 7,
      jieba: false,
      unpackedJieba: undefined,
      buildVersion: '2 en',
      read: 3,
      gone: 1,
    };
    const saved: unknown[] = [];
    const store = {
      save: (artefacts: readonly NewArtefact[], lease: { name: string }) => {
        for (const { kind, minRelease, figures } of artefacts) saved.push([kind, minRelease, figures, lease.name]);
        return Promise.resolve([]);
      },
      prune: () => Promise.resolve(),
    } satisfies Pick<ArtefactStore, 'save' | 'prune'> as unknown as ArtefactStore;
    await storeBaseSegment(store, base, 4);
    fixtures.check('artefact of a search segment', saved);
  });

  it('numbers products the same way', () => {
    fixtures.check('search hashes', {
      document: DOCUMENT_VERSION,
      contents: PRODUCTS.map(contentHash),
      tie: hash53('mug'),
    });
  });
});

everyFixtureIsRead(fixtures);
