import fc from 'fast-check';
import type { IndexFacetFilter, IndexFacetRequest } from '../../../../src/search-engine/index/facet-request';
import type { Alternative, TextQuery } from '../../../../src/search-engine/index/query';
import type { MatchedFields } from '../../../../src/search-engine/index/matched-fields';
import type { Ranking } from '../../../../src/search-engine/index/ranking';
import type { SearchRequest } from '../../../../src/search-engine/index/search-request';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import type { IndexSettings } from '../../../../src/search-engine/index/settings';

export const SETTINGS: IndexSettings = {
  fields: [
    { name: 'title', weight: 4, b: 0.5, typicalLength: 5, isName: true },
    { name: 'attributes', weight: 1.5, b: 0.3, typicalLength: 5, lengthIsFixed: true },
    { name: 'description', weight: 1, b: 0.75, typicalLength: 30, isProse: true },
  ],
  k1: 1.2,
  facets: [{ name: 'brand' }, { name: 'colour' }, { name: 'category', pathSeparator: ' > ' }, { name: 'group' }],
  numbers: ['price', 'rating', 'tie'],
};

/** Surface forms with their terms: several forms of a term, forms with the same beginning, a form of two terms. */
const WORDS = [
  'red',
  'reds',
  'redder',
  'run',
  'running',
  'ran',
  'shoe',
  'shoes',
  'shop',
  'blue',
  'b',
  'Zelt',
  '帐篷',
  'left',
];
const TERM_OF: Readonly<Record<string, string>> = {
  reds: 'red',
  redder: 'red',
  running: 'run',
  ran: 'run',
  shoes: 'shoe',
};

/** A plain analyzer: words between spaces. `left` also stands for `leave`. */
export function tokens(text: string): SearchDocument['fields'][number]['tokens'] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((surface, position) => {
      const token = { surface, term: TERM_OF[surface] ?? surface, position };
      return surface === 'left' ? [token, { ...token, term: 'leave' }] : [token];
    });
}

const text = (maxLength: number) => fc.array(fc.constantFrom(...WORDS), { maxLength }).map((words) => words.join(' '));
const TERMS = [...new Set([...WORDS.map((word) => TERM_OF[word] ?? word), 'leave', 'absent'])];
const PREFIXES = ['r', 're', 'red', 'redd', 'ru', 'run', 's', 'sho', 'shoes', 'b', '帐', 'left', 'x'];
const BRANDS = ['Acme', 'Bolt', 'Cord', 'Dune'];
const PATHS = ['Home', 'Home > Garden', 'Home > Garden > Tools', 'Home > Kitchen', 'Sport', 'Sport > Tents'];

export const arbitraryDocument = (ids: number): fc.Arbitrary<SearchDocument> =>
  fc
    .record({
      id: fc.nat(ids - 1).map((id) => `p${id}`),
      title: text(4),
      attributes: fc.array(text(3), { maxLength: 3 }),
      description: text(12),
      brand: fc.option(fc.constantFrom(...BRANDS)),
      colour: fc.array(fc.constantFrom('red', 'blue'), { maxLength: 3 }),
      category: fc.array(fc.constantFrom(...PATHS), { maxLength: 2 }),
      price: fc.option(fc.constantFrom(1, 2.5, 2.5, 10, 99, -3)),
      group: fc.option(fc.constantFrom('g1', 'g2', 'g3'), { freq: 2 }),
    })
    .map(({ id, title, attributes, description, brand, colour, category, price, group }): SearchDocument => ({
      id,
      fields: [
        { name: 'description', tokens: tokens(description) },
        ...attributes.map((attribute) => ({ name: 'attributes', tokens: tokens(attribute) })),
        { name: 'title', tokens: tokens(title) },
      ],
      facets: { brand: brand === null ? [] : [brand], colour, category, group: group === null ? [] : [group] },
      numbers: { ...numbersOf(price), tie: (Number(id.slice(1)) * 37) % 101 },
    }));

const numbersOf = (price: number | null): Record<string, number> =>
  price === null ? {} : { price, rating: Math.round(price) % 5 };

const alternative: fc.Arbitrary<Alternative> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ term: fc.constantFrom(...TERMS) }) },
  { weight: 1, arbitrary: fc.record({ term: fc.constantFrom(...TERMS), weight: fc.constantFrom(0.5, 2) }) },
  { weight: 1, arbitrary: fc.record({ term: fc.constantFrom(...TERMS), exact: fc.constant(false as const) }) },
  { weight: 2, arbitrary: fc.record({ prefix: fc.constantFrom(...PREFIXES) }) },
);

const anyPhrase = fc.record(
  {
    slots: fc.array(fc.array(fc.constantFrom(...TERMS), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    }),
    slop: fc.nat(3),
    boost: fc.constantFrom(0.25, 2),
    isProperty: fc.boolean(),
    joined: fc.array(fc.constantFrom(...TERMS), { maxLength: 1 }),
  },
  { requiredKeys: ['slots', 'slop'] },
);
const unless = fc.array(fc.constantFrom(...TERMS), { maxLength: 2 });
const phrase = fc.oneof(
  { weight: 3, arbitrary: anyPhrase },
  { weight: 1, arbitrary: fc.tuple(anyPhrase, unless).map(([one, terms]) => ({ ...one, slop: 0, unless: terms })) },
);

const query: fc.Arbitrary<TextQuery> = fc.record({
  mode: fc.constantFrom('AND' as const, 'OR' as const),
  clauses: fc.array(fc.record({ alternatives: fc.array(alternative, { minLength: 1, maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  phrases: fc.array(phrase, { maxLength: 1 }),
  without: fc.array(
    fc.record({
      terms: fc.array(fc.constantFrom(...TERMS), { minLength: 1, maxLength: 2 }),
      said: fc.array(phrase, { maxLength: 2 }),
    }),
    { maxLength: 1 },
  ),
  excluded: fc.array(
    fc.oneof(fc.record({ term: fc.constantFrom(...TERMS) }), fc.record({ prefix: fc.constantFrom(...PREFIXES) })),
    { maxLength: 1 },
  ),
});

const facetFilter: fc.Arbitrary<IndexFacetFilter> = fc.oneof(
  fc.record({
    facet: fc.constant('brand'),
    values: fc.uniqueArray(fc.constantFrom(...BRANDS, 'Nobody'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    facet: fc.constant('category'),
    values: fc.constantFrom(['Home > Garden'], ['Sport', 'Home > Kitchen']),
  }),
  fc.record({ facet: fc.constant('colour'), values: fc.constant(['blue']) }),
  fc.record({ facet: fc.constant('colour'), values: fc.constant(['red']), key: fc.constant('another colour') }),
  fc.record({ number: fc.constant('price'), from: fc.constantFrom(-5, 2.5), to: fc.constantFrom(10, 50) }),
);

const facetRequest: fc.Arbitrary<IndexFacetRequest> = fc.oneof(
  fc.record(
    { facet: fc.constantFrom('brand', 'colour', 'category'), limit: fc.constantFrom(0, 1, 2) },
    { requiredKeys: ['facet'] },
  ),
  fc.record({ facet: fc.constant('category'), parent: fc.constantFrom('', 'Home', 'Home > Garden') }),
  fc.record({ number: fc.constant('price'), boundaries: fc.constant([0, 2.5, 10, 100]) }),
  fc.record({ number: fc.constant('price'), interval: fc.constantFrom(2, 10) }),
);

/** Ranks the more expensive one first among those with about the same score. */
const byPriceAndScore: Ranking = (columns) => {
  const price = columns.numbers('price');
  return { key: (doc, score) => rankByHand(price[doc], score) };
};
export const rankByHand = (price: number, score: number): number => Math.floor(score * 2) + (price > 0 ? price : 0);

/** The same, and then by the fields of the words. */
export const byFieldsToo: Ranking = (columns) => ({
  ...byPriceAndScore(columns),
  refine: (_doc, key, matched) => key + worthByHand(matched),
});
export const worthByHand = ({ fields: [title, attributes, description], exact }: MatchedFields): number =>
  8 * title - 3 * attributes + description / 2 + 5 * exact;

export const arbitraryRequest: fc.Arbitrary<SearchRequest> = fc.record(
  {
    query: fc.option(query, { freq: 6 }),
    facetFilters: fc.array(facetFilter, { maxLength: 2 }),
    facets: fc.array(facetRequest, { maxLength: 3 }),
    sort: fc.record({ number: fc.constantFrom('price', 'rating'), descending: fc.boolean() }),
    rank: fc.constantFrom(byPriceAndScore, byFieldsToo),
    ties: fc.constant('tie'),
    distinct: fc.constant('group'),
    offset: fc.nat(3),
    limit: fc.constantFrom(0, 1, 3, 10, 100),
  },
  { requiredKeys: ['query', 'limit'] },
);
