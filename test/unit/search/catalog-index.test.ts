import fc from 'fast-check';
import type { LogChange } from '../../../src/events/position.store';
import { catalogueProduct, type CatalogueProduct } from '../../../src/catalog/catalogue-product';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { ProductsReadModel } from '../../../src/catalog/products.read-model';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import { indexSettings } from '../../../src/search/document/index-settings';
import { productDocument } from '../../../src/search/document/product-document';
import type { SearchRequest } from '../../../src/search-engine/index/search-request';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../src/search-engine/index/segment-builder';
import { encodeSegment } from '../../../src/search-engine/index/segment-codec';
import { CatalogIndex } from '../../../src/search/catalog-index.read-model';
import type { CooperativeTask } from '../../../src/search-engine/scheduling/cooperative-task';
import { segmentDictionary } from '../../../src/search-engine/spelling/segment-dictionary';

const SETTINGS = indexSettings(['size']);
const FIGURES = { documents: 0, bytes: 0, words: 0, read: 0, gone: 0 };

const text = fc.constantFrom('red lamp', 'blue lamp', 'red kettle', 'folding chair');
const record = (id: string): fc.Arbitrary<ProductRecord> =>
  fc.record({
    id: fc.constant(id),
    title: text,
    description: fc.option(text),
    url: fc.constant(null),
    imageUrls: fc.constant([]),
    price: fc.constantFrom('1', '2', '3', '30'),
    listPrice: fc.option(fc.constantFrom('4', '40')),
    currency: fc.constant('EUR'),
    brand: fc.option(fc.constantFrom('Acme', 'Cord')),
    categories: fc.constantFrom([], ['Home'], ['Home > Kitchen']),
    groupId: fc.option(fc.constantFrom('g', 'h'), { freq: 1 }),
    language: fc.constantFrom('en', 'de'),
    availability: fc.constantFrom('IN_STOCK', 'IN_STOCK', 'OUT_OF_STOCK', 'DISCONTINUED'),
    stock: fc.option(fc.nat(3)),
    rating: fc.option(fc.constantFrom(1, 4)),
    attributes: fc.constantFrom<ProductRecord['attributes']>({}, { size: 1 }, { size: 2, colour: 'red' }),
    publishedAt: fc.constant(null),
    updatedAt: fc.nat(1_000).map((n) => new Date(1.7e12 + n).toISOString()),
    offerUpdatedAt: fc.constant('2026-01-01T00:00:00.000Z'),
  });
/** Changes a product as an update of offers does. */
const offer = fc.record({
  price: fc.constantFrom('1', '5', '50'),
  listPrice: fc.option(fc.constantFrom('6', '60')),
  stock: fc.option(fc.nat(3)),
  rating: fc.option(fc.constantFrom(2, 5)),
  updatedAt: fc.nat(1_000).map((n) => new Date(1.8e12 + n).toISOString()),
});
const ids = [...Array(12).keys()].map((n) => `p${n}`);
const some = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('put' as const), records: some.chain(recordsOf) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('offer' as const), ids: some, offer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), ids: some }) },
);

function recordsOf(chosen: string[]): fc.Arbitrary<ProductRecord[]> {
  return fc.tuple(...chosen.map(record));
}

const REQUESTS: SearchRequest[] = [
  { query: null, ties: 'tie', limit: 20, sort: { number: 'price' } },
  { query: null, ties: 'tie', limit: 20, sort: { number: 'discount', descending: true } },
  { query: null, ties: 'tie', limit: 20, sort: { number: 'newest', descending: true }, distinct: 'group' },
  {
    query: { mode: 'AND', clauses: [{ alternatives: [{ term: 'lamp' }] }] },
    ties: 'tie',
    limit: 20,
    facets: [
      { facet: 'brand', limit: 5 },
      { facet: 'availability', limit: 5 },
      { number: 'price', interval: 10 },
      { number: 'rating', interval: 1 },
    ],
    facetFilters: [{ number: 'price', from: 2, to: 45 }],
  },
];

function segmentOf(products: readonly CatalogueProduct[]) {
  const builder = new SegmentBuilder(SETTINGS);
  for (const product of products) {
    const document = productDocument(product, new Analyzers('en'));
    if (document !== undefined) builder.add(document);
  }
  return builder.finish();
}

function liveOver(catalogue: ProductsReadModel, products: readonly CatalogueProduct[]): CatalogIndex {
  const segment = segmentOf(products);
  const dictionary = segmentDictionary(segment).state;
  const message = { bytes: encodeSegment(segment), dictionary, position: 0, jieba: false, figures: FIGURES };
  return new CatalogIndex(message, catalogue, 'en', undefined, () => undefined);
}

describe('a live index', () => {
  it('returns, change after change, the same as one built from the current catalogue', async () => {
    let renumbered = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(...ids.map(record)), fc.array(step, { maxLength: 12 }), async (records, steps) => {
        const catalogue = new ProductsReadModel();
        const current = new Map(records.map((one) => [one.id, one]));
        const tell = (change: LogChange) => catalogue.apply(change);
        tell({ products: records });
        const live = liveOver(catalogue, records.map(catalogueProduct));
        let position = 0;
        for (const one of steps) {
          const changed: ProductRecord[] =
            one.kind === 'put'
              ? one.records
              : one.kind === 'delete'
                ? []
                : one.ids.flatMap((id) => {
                    const before = current.get(id);
                    return before === undefined ? [] : [{ ...before, ...one.offer }];
                  });
          const gone = one.kind === 'delete' ? one.ids.filter((id) => current.delete(id)) : [];
          for (const product of changed) current.set(product.id, product);
          tell({ products: changed, deletedProducts: gone });
          const before = live.index.changedSinceBase;
          live.apply({ position: ++position, ids: [...changed.map(({ id }) => id), ...gone] });
          expect(await live.waitFor(position, 1_000)).toBe(true);
          if (one.kind === 'offer' && changed.length > 0 && live.index.changedSinceBase === before) renumbered++;
          const fresh = new SearchIndex(SETTINGS, segmentOf([...current.values()].map(catalogueProduct)));
          for (const request of REQUESTS) expect(live.index.search(request)).toEqual(fresh.search(request));
          const columns = live.index.columns();
          for (const segment of columns)
            for (const id of current.keys()) {
              const doc = segment.find(id);
              if (doc >= 0) expect(live.products.of(segment)(doc)).toBe(catalogue.get(id));
            }
        }
        live.close();
        catalogue.close();
      }),
      { numRuns: 150, seed: 3 },
    );
    // A change of the price alone must not create another document.
    expect(renumbered).toBeGreaterThan(100);
  });

  it('applies changes between two searches, and none during one', async () => {
    const catalogue = new ProductsReadModel();
    const records = fc.sample(recordsOf(ids), { numRuns: 1, seed: 1 })[0];
    catalogue.apply({ products: records });
    const live = liveOver(catalogue, records.map(catalogueProduct));
    const search = () => REQUESTS.map((request) => live.index.search(request));
    const before = search();
    const long = live.tasks.run(function* (): CooperativeTask<void> {
      for (let step = 0; step < 6; step++) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        expect(search()).toEqual(before);
        yield;
      }
    });
    const next = live.tasks.run(function* (): CooperativeTask<unknown> {
      yield;
      return search();
    });
    const current = [...records];
    const expected: unknown[] = [];
    for (let position = 1; position <= 3; position++) {
      const changed = { ...records[position], title: 'novel', price: '7' };
      current[position] = changed;
      catalogue.apply({ products: [changed] });
      live.apply({ position, ids: [changed.id] });
      const fresh = new SearchIndex(SETTINGS, segmentOf(current.map(catalogueProduct)));
      expected.push(REQUESTS.map((request) => fresh.search(request)));
    }
    expect(live.position).toBe(0);
    expect(await live.waitFor(3, 1_000)).toBe(true);
    await long;
    // How many of the changes fit between the two depends on how fast they are applied.
    expect(expected).toContainEqual(await next);
    expect(expected).not.toContainEqual(before);
    expect(search()).toEqual(expected[2]);
    live.close();
    catalogue.close();
  });

  it('adds new words without rewriting its dictionary', () => {
    const records = fc.sample(recordsOf(ids), { numRuns: 1, seed: 1 })[0];
    const dictionary = segmentDictionary(segmentOf(records.map(catalogueProduct)));
    const { bytes } = dictionary;
    for (let n = 0; n < 4_000; n++) dictionary.add(`unforeseen${n}`.slice(-12));
    expect(dictionary.bytes).toBe(bytes);
  });
});
