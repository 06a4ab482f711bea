import type { CatalogueProduct } from '../../catalog/catalogue-product';
import { Analyzers } from '../../search-engine/text/analyzers';
import { indexSettings } from '../../search/document/index-settings';
import { productDocument } from '../../search/document/product-document';
import { SearchIndex } from '../../search-engine/index/search-index';
import { SegmentBuilder } from '../../search-engine/index/segment-builder';
import { rankingBy } from '../../search/ranking/product-ranking';
import { CompoundFinder } from '../../search-engine/query/compounds';
import {
  hasTitle,
  MAX_COMPARED_TITLES,
  MAX_LANGUAGES,
  interpretQuery,
  type InterpretedQuery,
} from '../../search-engine/query/interpret-query';
import { runToCompletion } from '../../search-engine/scheduling/cooperative-task';
import { CatalogueNouns } from '../../search/catalogue-nouns';
import { readCategories } from '../../search/category-terms';
import { conditionFilter, mapFacetFilters } from '../../search/facet-mapping';
import { partialMatches } from '../../search/fill-up';
import { defaultRanker } from '../../search/ranking/query-ranker';
import { ShopWords } from '../../search/shop-words';
import { starterSynonymsOf } from '../../search/synonyms/starter/starter-synonyms';
import { SegmentProducts } from '../../search/segment-products.read-model';
import { segmentDictionary } from '../../search-engine/spelling/segment-dictionary';
import { loadJieba } from '../../search-engine/text/jieba';
import { Synonyms } from '../../search-engine/text/synonyms';
import type { AnswerCause, SearchEngine } from './evaluate';
import { DEPTH } from './metrics';

/** The popularity of a shop without events. */
const NO_POPULARITY = {
  table: { size: 0, indexOf: () => -1, idAt: (index: number) => String(index) },
  values: new Float64Array(0),
};

/**
 * Returns Freshet's own search over a catalog, in this process: index, dictionary, query understanding and ranking. The
 * customer is unknown, and the shop has no events and no synonyms of its own.
 * @param usesStarterSynonyms whether the starter synonyms of the shop's language are on
 */
export async function freshetEngine(
  products: readonly CatalogueProduct[],
  shopLanguage: string,
  usesStarterSynonyms = false,
): Promise<SearchEngine> {
  const isChinese = [shopLanguage, ...products.map(({ language }) => language)].some((one) => one?.startsWith('zh'));
  const analyzers = new Analyzers(shopLanguage, isChinese ? await loadJieba() : undefined);
  const settings = indexSettings([]);
  const builder = new SegmentBuilder(settings);
  for (const product of products) {
    const document = productDocument(product, analyzers);
    if (document !== undefined) builder.add(document);
  }
  const segment = builder.finish();
  const index = new SearchIndex(settings, segment);
  const dictionary = segmentDictionary(segment);
  const languages = index.valuesOf('language', MAX_LANGUAGES).map(({ value }) => value);
  const names = readCategories(index, analyzers, languages).terms;
  const byId = new Map(products.map((product) => [product.id, product]));
  const nouns = new CatalogueNouns({
    index,
    analyzers,
    find: (id) => byId.get(id),
    namesCategory: (term) => names.has(term),
  });
  const synonymsOf = memoized((language: string) => {
    const rules = usesStarterSynonyms && language === shopLanguage ? starterSynonymsOf(language) : [];
    return new Synonyms(rules, analyzers.of(language));
  });
  const words = new ShopWords({
    synonyms: { version: 0, forLanguage: synonymsOf },
    merchandising: { version: 0, queries: [] },
  });
  const allWords = words.dictionaryWith({ analyzers, dictionary, languages });
  const rank = rankingBy({
    ranker: defaultRanker(),
    segments: new SegmentProducts({ get: (id) => byId.get(id) }),
    popularity: NO_POPULARITY,
    affinities: null,
    boosts: [],
  });
  return {
    subject: 'freshet',
    search(text, typing) {
      const interpreted = interpretQuery(
        { text, typing, readsConditions: true },
        {
          analyzers,
          dictionary: allWords,
          isRightWord: (word) => words.has(word),
          languages,
          documents: index.size,
          synonymsOf,
          nouns,
          compounds: new CompoundFinder(index),
          countPostings: (alternatives) => index.countPostings(alternatives),
          count: (one) =>
            one.title === undefined
              ? index.search({ query: one, limit: 0 }).total
              : index
                  .search({ query: one, limit: MAX_COMPARED_TITLES })
                  .hits.filter(({ id }) => hasTitle(byId.get(id), one.title ?? '')).length,
        },
      );
      const facetFilters = mapFacetFilters(interpreted.conditions.map(conditionFilter), settings);
      const request = { query: interpreted.query, facetFilters, rank, ties: 'tie', distinct: 'group', limit: DEPTH };
      const result = index.search(request);
      const itemOf = (id: string) => byId.get(id)?.groupId ?? id;
      const partial = runToCompletion(partialMatches(index, interpreted, request, result, itemOf));
      const ids = [...result.hits, ...partial.hits].slice(0, DEPTH).map(({ id }) => id);
      const matchCount = result.hits.length;
      return { ids, cause: causeOf(interpreted, ids.length, matchCount), matchCount };
    },
  };
}

function memoized<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/**
 * A query that was both corrected and relaxed counts as corrected.
 * @param matchCount number of hits that are not partial matches
 */
function causeOf(
  { correctedQuery, ignoredWords }: InterpretedQuery,
  hitCount: number,
  matchCount: number,
): AnswerCause {
  if (hitCount === 0) return 'NONE';
  if (correctedQuery !== undefined) return 'CORRECTED';
  return ignoredWords.length > 0 || matchCount === 0 ? 'SOME' : 'ALL';
}
