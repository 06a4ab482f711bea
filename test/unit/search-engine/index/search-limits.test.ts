import type { RangeCounts } from '../../../../src/search-engine/index/facet-request';
import { LIMITS, type TextQuery } from '../../../../src/search-engine/index/query';
import type { SearchRequest } from '../../../../src/search-engine/index/search-request';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SETTINGS } from './arbitrary-documents';

const index = new SearchIndex(SETTINGS);
const query = (changes: Partial<TextQuery>): SearchRequest => ({
  query: { mode: 'OR', clauses: [{ alternatives: [{ term: 'a' }] }], ...changes },
  limit: 10,
});
const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const clause = { alternatives: [{ term: 'a' }] };

it.each<[string, SearchRequest]>([
  ['clauses', query({ clauses: many(LIMITS.clauses + 1, clause) })],
  ['alternatives', query({ clauses: [{ alternatives: many(LIMITS.alternatives + 1, { prefix: 'a' }) }] })],
  ['length', query({ clauses: [{ alternatives: [{ term: 'a'.repeat(10_000) }] }] })],
  ['slop', query({ phrases: [{ slots: [['a'], ['b']], slop: LIMITS.slop + 1 }] })],
  ['phrases', query({ phrases: many(LIMITS.phrases + 1, { slots: [['a']], slop: 0 }) })],
  ['window', { query: null, offset: LIMITS.window, limit: 1 }],
  ['facets', { query: null, limit: 1, facets: many(LIMITS.facets + 1, { facet: 'brand' }) }],
  ['filterValues', { query: null, limit: 1, facetFilters: [{ facet: 'brand', values: many(1_001, 'x') }] }],
  ['buckets', { query: null, limit: 1, facets: [{ number: 'price', boundaries: many(1_001, 1) }] }],
])('rejects too many or too long: %s', (what, request) => {
  expect(() => index.search(request)).toThrow(
    expect.objectContaining({ code: 'TOO_MUCH', message: expect.stringContaining(what) }),
  );
});

it('a histogram of too many ranges is rejected', () => {
  const filled = new SearchIndex(SETTINGS);
  for (let price = 0; price < LIMITS.buckets + 1; price++)
    filled.put({ id: String(price), fields: [], facets: {}, numbers: { price } });
  const ask = (interval: number) => filled.search({ query: null, limit: 0, facets: [{ number: 'price', interval }] });
  expect(() => ask(1)).toThrow(expect.objectContaining({ code: 'TOO_MUCH' }));
  expect(ask(2).facets).toHaveLength(1);
});

it('ranges are numbers; the first and the last have no end, however narrow the others are', () => {
  const filled = new SearchIndex(SETTINGS);
  for (const price of [30, 1.7e308, -1.7e308])
    filled.put({ id: String(price), fields: [], facets: {}, numbers: { price } });
  const ask = (interval: number) => filled.search({ query: null, limit: 0, facets: [{ number: 'price', interval }] });
  const [{ ranges }] = ask(1e308).facets as RangeCounts[];
  expect(ranges.map(({ count }) => count)).toEqual([1, 1, 1]);
  expect(ranges.every(({ from, to }) => Number.isFinite(from) && Number.isFinite(to))).toBe(true);
  for (const interval of [1e-300, Number.MIN_VALUE]) {
    const [{ ranges: narrow }] = ask(interval).facets as RangeCounts[];
    expect(narrow.map(({ count }) => count)).toEqual([1, 2]);
    expect([narrow[0].from, narrow[1].to]).toEqual([-Number.MAX_VALUE, Number.MAX_VALUE]);
  }
});

it.each<[string, SearchRequest]>([
  ['no clause', query({ clauses: [] })],
  ['no alternative', query({ clauses: [{ alternatives: [] }] })],
  ['an empty prefix', query({ clauses: [{ alternatives: [{ prefix: '' }] }] })],
  ['a histogram of no width', { query: null, limit: 1, facets: [{ number: 'price', interval: 0 }] }],
  ['half a hit', { query: null, limit: 0.5 }],
])('rejects %s', (_, request) => {
  expect(() => index.search(request)).toThrow(expect.objectContaining({ code: 'NOTHING_ASKED' }));
});

it.each<[string, SearchRequest]>([
  ['a facet', { query: null, limit: 1, facets: [{ facet: 'price' }] }],
  ['a filter', { query: null, limit: 1, facetFilters: [{ number: 'brand', from: 1 }] }],
  ['a sort', { query: null, limit: 1, sort: { number: 'weight' } }],
])('rejects the unknown column of %s', (_, request) => {
  expect(() => index.search(request)).toThrow(expect.objectContaining({ code: 'UNKNOWN_COLUMN' }));
});

it('works after it has rejected a request', () => {
  index.put({ id: 'a', fields: [], facets: {}, numbers: {} });
  expect(index.search({ query: null, limit: 10 }).total).toBe(1);
});
