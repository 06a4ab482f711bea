import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SpellingDictionary } from '../../../../src/search-engine/spelling/spelling-dictionary';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import type { CatalogIndex } from '../../../../src/search/catalog-index.read-model';
import { indexSettings } from '../../../../src/search/document/index-settings';
import { SearchPipeline } from '../../../../src/search/search-pipeline';
import { ShopWords } from '../../../../src/search/shop-words';
import type { SynonymRecord } from '../../../../src/search/synonyms/synonym.store';
import { SynonymsReadModel } from '../../../../src/search/synonyms/synonyms.read-model';

const record = (id: string, words: string[], language: string | null = null): SynonymRecord => ({
  ...{ id, words, language, kind: 'TWO_WAY', finds: [], updatedAt: '2026-01-01T00:00:00.000Z' },
});
const analyzers = new Analyzers('en');
const COUNT = 500;
/** Words without digits, which are words of their own. */
const letters = (n: number) => [...String(n)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('');

function stored(): SynonymsReadModel {
  const synonyms = new SynonymsReadModel();
  synonyms.apply({
    synonyms: Array.from({ length: COUNT }, (_, n) => record(`s${n}`, [`word${letters(n)}`, `other${letters(n)}`])),
  });
  return synonyms;
}

const found = (synonyms: SynonymsReadModel, word: string, preview?: SynonymRecord, language = 'en') =>
  synonyms
    .forLanguage(language, analyzers, preview)
    .expand([word])
    .map(({ terms }) => terms.join(' '));

it('a preview adds to the stored synonyms, or replaces the one with its id, without analyzing the others', () => {
  const synonyms = stored();
  expect(found(synonyms, 'wordc')).toEqual(['otherc']);
  const analyze = jest.spyOn(analyzers.of('en'), 'analyze');
  expect(found(synonyms, 'wordc', record('new', ['wordc', 'third']))).toEqual(['third', 'otherc']);
  expect(found(synonyms, 'wordd', record('new', ['wordc', 'third']))).toEqual(['otherd']);
  expect(analyze.mock.calls.length).toBeLessThan(COUNT / 10);
  analyze.mockRestore();
  expect(found(synonyms, 'wordc', record('s1', ['wordc', 'third']))).toEqual(['third']);
  expect(found(synonyms, 'wordc', record('s1', ['wordc', 'third'], 'de'))).toEqual([]);
  expect(found(synonyms, 'wordc', record('new', ['wordc', 'third'], 'de'))).toEqual(['otherc']);
  expect(found(synonyms, 'wordc', record('new', ['wordc', 'third'], 'xx'), 'xx')).toEqual(['third', 'otherc']);
  expect(found(synonyms, 'wordc')).toEqual(['otherc']);
});

it('the synonyms of a query with a preview are built once for all of its readings', () => {
  const synonyms = stored();
  const merchandising = { version: 0, queries: [], hasQuery: () => false };
  const pipeline = new SearchPipeline({ synonyms, merchandising, words: new ShopWords({ synonyms, merchandising }) });
  const index = new SearchIndex(indexSettings([]));
  const catalogIndex = { analyzers, index, languages: [], dictionary: new SpellingDictionary(), nouns: undefined };
  const synonym = record('s1', ['wordc', 'c++']);
  const context = pipeline.contextOf(catalogIndex as unknown as CatalogIndex, null, { synonym });
  expect(context.synonymsOf('en')).toBe(context.synonymsOf('en'));
  expect(context.dictionary.frequencyOf('c++')).toBe(1);
});
