import { seededRandom } from '../../../../src/learn/seeded-random';
import type { ColumnFilter } from '../../../../src/search-engine/index/columns';
import type { ValueCounts } from '../../../../src/search-engine/index/facet-request';
import type { Alternative, TextQuery } from '../../../../src/search-engine/index/query';
import type { Ranking } from '../../../../src/search-engine/index/ranking';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { SETTINGS, tokens } from './arbitrary-documents';

/** Several blocks of a base segment, and of a live one. */
const BASE = 9_000;
const LIVE = 2_500;
const WORDS = 400;
const QUESTIONS = 200;

const random = seededRandom(31);
const below = (n: number): number => Math.floor(random() * n);
/** A few words are in very many documents, most in few. */
const word = () => `w${Math.floor(WORDS ** random()) - 1}`;
const some = (most: number) => Array.from({ length: 1 + below(most) }, word).join(' ');

const document = (number: number): SearchDocument => ({
  id: `p${number}`,
  fields: [
    { name: SETTINGS.fields[0].name, tokens: tokens(some(4)) },
    { name: SETTINGS.fields[1].name, tokens: tokens(some(25)) },
  ],
  facets: { brand: [`brand ${below(9)}`], category: [`category ${below(300)}`] },
  numbers: {},
});

const builder = new SegmentBuilder(SETTINGS);
for (let number = 0; number < BASE; number++) builder.add(document(number));
const index = new SearchIndex(SETTINGS, builder.finish());

const alternative = (): Alternative => (below(8) === 0 ? { prefix: `w${1 + below(9)}` } : { term: word() });
const question = (): TextQuery => ({
  mode: below(2) === 0 ? 'AND' : 'OR',
  clauses: Array.from({ length: 1 + below(5) }, () => ({
    alternatives: Array.from({ length: 1 + below(4) ** 2 / 4 }, alternative),
  })),
  phrases: below(3) === 0 ? [{ slots: [[word()], [word()]], slop: 2, boost: 1 }] : [],
});

/** Computes the score of each document. */
const everyOne: Ranking = () => ({ key: (_document, score) => score });

const FACETS = ['brand', 'category'];

/** Counts begin with those of a word that matches nearly the same documents. */
const countsOf = (query: TextQuery) =>
  index
    .search({ query, limit: 0, facets: FACETS.map((facet) => ({ facet, limit: 1_000 })) })
    .facets.map((facet) => new Map((facet as ValueCounts).values.map(({ value, count }) => [value, count])));

function countsByHand(query: TextQuery) {
  const counts = FACETS.map(() => new Map<string, number>());
  const filter: ColumnFilter = (columns) => {
    const columnsOf = FACETS.map((facet) => columns.value(facet));
    return (doc) => {
      columnsOf.forEach((column, i) => {
        const value = column(doc) as string;
        counts[i].set(value, (counts[i].get(value) ?? 0) + 1);
      });
      return true;
    };
  };
  index.search({ query, filter, limit: 0 });
  return counts;
}

it('the best of many equal those of scoring each document, block by block, in base and live segment', () => {
  for (let number = 0; number < LIVE; number++) index.put(document(BASE - LIVE / 2 + number));
  for (let number = 0; number < 500; number++) index.delete(`p${below(BASE + LIVE / 2)}`);
  let found = 0;
  for (let asked = 0; asked < QUESTIONS; asked++) {
    const query = question();
    const facetFilters = below(4) === 0 ? [{ facet: 'brand', values: ['brand 1', 'brand 2'] }] : [];
    const limit = 1 + below(40);
    const { total, hits } = index.search({ query, facetFilters, limit });
    const slowly = index.search({ query, facetFilters, limit, rank: everyOne });
    expect(total).toBe(slowly.total);
    expect(hits).toEqual(slowly.hits.map(({ id, score }) => ({ id, score })));
    if (facetFilters.length === 0) {
      expect(index.search({ query, limit: 0 }).total).toBe(total);
      expect(countsOf(query)).toEqual(countsByHand(query));
    }
    found += total;
  }
  expect(found / QUESTIONS).toBeGreaterThan(BASE / 10);
});
