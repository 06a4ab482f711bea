import fc from 'fast-check';
import { catalogueProduct } from '../../../../src/catalog/catalogue-product';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { indexSettings } from '../../../../src/search/document/index-settings';
import { productDocument } from '../../../../src/search/document/product-document';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import {
  evidenceOf,
  explanationsOf,
  rankingBy,
  type RankingOptions,
} from '../../../../src/search/ranking/product-ranking';
import { interpretQuery, type CountingQueryContext } from '../../../../src/search-engine/query/interpret-query';
import { FIELD_FEATURES, fieldEvidenceOf } from '../../../../src/search/ranking/field-evidence';
import { DEFAULT_RANKING_MODEL, score } from '../../../../src/search/ranking/log-linear';
import { defaultRanker } from '../../../../src/search/ranking/query-ranker';
import { SegmentProducts } from '../../../../src/search/segment-products.read-model';
import { segmentDictionary } from '../../../../src/search-engine/spelling/segment-dictionary';
import { Synonyms } from '../../../../src/search-engine/text/synonyms';

const BASIC = { url: null, imageUrls: [], listPrice: null, currency: 'EUR', language: null, stock: null, rating: null };
const TIMES = { publishedAt: null, updatedAt: '2026-01-01T00:00:00.000Z', offerUpdatedAt: '2026-01-01T00:00:00.000Z' };
const TEXTS = ['brass lamp', 'lamp', 'brass', 'oak chair', 'torch of brass', 'lamp lamp lamp', ''];
const products = Array.from({ length: 120 }, (_, n) => {
  const text = (step: number) => TEXTS[Math.floor(n / step) % TEXTS.length];
  return catalogueProduct({
    ...{ ...BASIC, ...TIMES, id: `p${n}`, title: `${text(1)} ${n}`, description: text(7), brand: text(3) || null },
    ...{ categories: n % 5 === 0 ? ['Lamps'] : [], groupId: null, availability: 'IN_STOCK' as const, price: `${n}` },
    attributes: n % 4 === 0 ? { material: 'brass' } : {},
  });
});
const analyzers = new Analyzers('en');
const settings = indexSettings([]);
const documents = products.map((product) => productDocument(product, analyzers) as SearchDocument);
const builder = new SegmentBuilder(settings);
for (const document of documents.slice(0, 80)) builder.add(document);
const segment = builder.finish();
const index = new SearchIndex(settings, segment);
for (const document of documents.slice(80)) index.put(document);
const byId = new Map(products.map((product) => [product.id, product]));
const synonyms = new Synonyms([{ kind: 'TWO_WAY', words: ['lamp', 'torch'], finds: [] }], analyzers.of('en'));
const around: CountingQueryContext = {
  ...{ analyzers, dictionary: segmentDictionary(segment), languages: ['en'], documents: index.size },
  synonymsOf: () => synonyms,
  count: (query) => index.search({ query, limit: 0 }).total,
};

function searched(
  text: string,
  weights: Partial<typeof DEFAULT_RANKING_MODEL.weights>,
  more: Partial<RankingOptions> = {},
) {
  const model = { ...DEFAULT_RANKING_MODEL, weights: { ...DEFAULT_RANKING_MODEL.weights, ...weights } };
  const options: RankingOptions = {
    ranker: { ...defaultRanker(), model },
    segments: new SegmentProducts({ get: (id) => byId.get(id) }),
    popularity: { table: { size: 0, indexOf: () => -1, idAt: String }, values: new Float64Array(0) },
    ...{ affinities: null, boosts: [], ...more },
  };
  const { query } = interpretQuery({ text }, around);
  const ask = (limit: number) => index.search({ query, rank: rankingBy(options), ties: 'tie', limit }).hits;
  const matched = index.matchedFields(query);
  const fieldsOf = fieldEvidenceOf(settings);
  const evidence = (hit: { id: string; score: number }) =>
    evidenceOf(hit, options, byId.get(hit.id), fieldsOf(matched(hit.id)));
  return { model, options, ask, evidence };
}

describe('the position of a hit', () => {
  const weight = fc.double({ min: -2, max: 2, noNaN: true });
  const weights = fc.record(Object.fromEntries(FIELD_FEATURES.map((name) => [name, weight])));
  const query = fc.constantFrom('lamp', 'brass lamp', 'torch', 'lmap', 'brass', 'oak chair', '"brass lamp"');

  it('follows from its score by the logged evidence, for any length of the page', () => {
    fc.assert(
      fc.property(query, weights, fc.integer({ min: 1, max: 30 }), (text, learned, page) => {
        const { model, ask, evidence } = searched(text, learned);
        const all = ask(500);
        expect(all.length).toBeGreaterThan(0);
        for (const hit of all) expect(hit.rank).toBeCloseTo(score(model, evidence(hit)), 2);
        const ranks = all.map(({ rank }) => rank as number);
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(ask(page)).toEqual(all.slice(0, page));
      }),
      { numRuns: 100 },
    );
  });

  it('rests on the fields of its words, and whether they were typed', () => {
    const of = (text: string, id: string) => searched(text, {}).evidence({ id, score: 1 });
    expect(of('brass lamp', 'p0')).toMatchObject({
      ...{ titleMatch: 1, brandMatch: 1, categoryMatch: 0.5, attributeMatch: 0.5, descriptionMatch: 1, exactMatch: 1 },
    });
    // A torch, which is a lamp by a synonym; and a typo that was corrected.
    expect(of('lamp', 'p18')).toMatchObject({ titleMatch: 1, exactMatch: 0 });
    expect(of('torch', 'p18')).toMatchObject({ titleMatch: 1, exactMatch: 1 });
    expect(of('lammp brass', 'p0')).toMatchObject({ titleMatch: 1, exactMatch: 0.5 });
    expect(of('', 'p0')).toMatchObject({ titleMatch: 0, exactMatch: 0 });
  });

  it('is returned with reasons that add up, and a pin keeps its position', () => {
    const { ask, options, evidence } = searched('brass lamp', { titleMatch: 1.5, brandMatch: 0.5 });
    const [best, ...others] = explanationsOf(ask(20), evidence, options);
    expect(best.shares.find(({ source }) => source === 'fields')?.share).toBeGreaterThan(0.2);
    for (const { shares } of [best, ...others])
      expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const last = ask(500).at(-1)?.id as string;
    const pinned = searched('brass lamp', { titleMatch: 1.5 }, { pins: [last, 'p0'] });
    expect(pinned.ask(2).map(({ id }) => id)).toEqual([last, 'p0']);
    expect(pinned.ask(1)[0].rank).toBe(searched('brass lamp', {}, { pins: [last] }).ask(1)[0].rank);
  });
});
