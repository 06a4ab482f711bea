import fc from 'fast-check';
import { catalogueProduct } from '../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../src/catalog/merge-product';
import { indexSettings } from '../../../src/search/document/index-settings';
import { productDocument } from '../../../src/search/document/product-document';
import { mapFacetFilters, mapFacetRequests, mapFacetResults } from '../../../src/search/facet-mapping';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { Analyzers } from '../../../src/search-engine/text/analyzers';

const space = fc.stringMatching(/^[ \t\n\u00a0\u2009\u3000]{1,3}$/);
const atEnd = fc.oneof(fc.constant(''), space);

/** The words with any white space between and around them, possibly as HTML. */
const spelling = (...words: string[]) =>
  fc
    .tuple(atEnd, atEnd, fc.array(space, { minLength: 3, maxLength: 3 }), fc.boolean())
    .map(([left, right, gaps, html]) => {
      const text = left + words.map((word, at) => (at === 0 ? word : gaps[at % 3] + word)).join('') + right;
      return html ? text.replaceAll('&', '&amp;').replaceAll('\u00a0', '&nbsp;') : text;
    });

const spellings = fc.record({
  brand: spelling('Pip', '&', 'Wren'),
  category: spelling('Home', '>', 'Living', 'room'),
  colour: spelling('dark', 'red'),
  language: fc.constantFrom('pt-BR', 'PT_br', 'pt_BR', 'por-br'),
});
const FIELDS = ['brand', 'categories', 'attributes.colour', 'language'];
const SHOWN = ['Pip & Wren', 'Home > Living room', 'dark red', 'pt'];

it('counts and filters values that differ only in white space, and languages that differ in their spelling, as one', () => {
  fc.assert(
    fc.property(fc.array(spellings, { minLength: 1, maxLength: 5 }), spellings, (given, typed) => {
      const index = new SearchIndex(indexSettings([]));
      given.forEach(({ brand, category, colour, language }, n) => {
        const input = {
          id: `p${n}`,
          title: 'x',
          brand,
          language,
          categories: [category],
          attributes: { colour: [colour, 'other'] },
        };
        const record = mergeProduct(undefined, input, 0);
        if ('code' in record) throw new Error(record.message);
        index.put(productDocument(catalogueProduct(record), new Analyzers('en'))!);
      });
      const values = [typed.brand, typed.category, typed.colour, typed.language];
      const filters = FIELDS.map((field, at) => ({ field, values: [values[at]] }));
      const requested = mapFacetRequests(
        FIELDS.map((field) => ({ field })),
        index.settings,
      );
      const { total, facets } = index.search({
        query: null,
        facetFilters: mapFacetFilters(filters, index.settings),
        facets: requested.flatMap(({ request }) => request ?? []),
        limit: 0,
      });
      expect(total).toBe(given.length);
      mapFacetResults(requested, facets, filters).forEach((facet, at) => {
        const shown = facet.values.find(({ value }) => value === SHOWN[at]);
        expect(shown).toEqual({ value: SHOWN[at], count: given.length, selected: true });
        expect(facet.values.filter(({ value }) => !['Home', 'other', SHOWN[at]].includes(value))).toEqual([]);
      });
    }),
  );
});

it('refuses languages that are none, and says which', () => {
  const { settings } = new SearchIndex(indexSettings([]));
  const filters = (values: string[]) => [
    { field: 'brand', values: ['German'] },
    { field: 'language', values },
  ];
  expect(mapFacetFilters(filters(['DE', 'pt_br']), settings)).toHaveLength(2);
  for (const language of ['German', 'xx', ''])
    expect(() => mapFacetFilters(filters(['de', language]), settings)).toThrow(
      `facetFilters[1].values[1] must be a BCP 47 tag of at most 35 characters such as de or pt-BR; got "${language}".`,
    );
});
