import type { Budget } from '../expressions/budget';
import type { Hit, SearchRequest, SearchResult } from '../search-engine/index/search-request';
import { rankingBy, rankingByPopularity, type RankingOptions } from './ranking/product-ranking';
import { CompoundFinder } from '../search-engine/query/compounds';
import {
  type InterpretedQuery,
  type QueryContext,
  queryInterpretation,
  type QueryText,
} from '../search-engine/query/interpret-query';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';
import type { WordSource } from '../search-engine/spelling/spelling-suggestions';
import type { Synonyms } from '../search-engine/text/synonyms';
import type { CatalogIndex } from './catalog-index.read-model';
import { numericAttributes } from './document/index-settings';
import { conditionFilter, mapFacetFilters } from './facet-mapping';
import { partialMatches, type PartialMatches } from './fill-up';
import type { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import type { MerchandisingRuleRecord } from './merchandising/merchandising.store';
import type { ShopWords } from './shop-words';
import { columnOfSort, sortPartialMatches } from './sorting';
import type { SynonymRecord } from './synonyms/synonym.store';
import type { SynonymsReadModel } from './synonyms/synonyms.read-model';
import type { SearchSort } from './search.type';
import { writtenWords } from './written-word';

export interface SearchPipelineOptions {
  readonly synonyms: Pick<SynonymsReadModel, 'forLanguage'>;
  readonly words: ShopWords;
  readonly merchandising: Pick<MerchandisingReadModel, 'hasQuery'>;
}

/** What applies to a search as if it were stored. */
interface Previews {
  readonly rule?: Pick<MerchandisingRuleRecord, 'id' | 'queries'>;
  readonly synonym?: SynonymRecord;
}

/** What a search asks for, besides its query. */
export interface FindRequest extends Pick<SearchRequest, 'filter' | 'facetFilters' | 'facets' | 'limit'> {
  readonly ranking: RankingOptions;
  /** Default: RELEVANCE. */
  readonly sort?: SearchSort | null;
  /** Whether products with some of the words follow those with all. */
  readonly isFilled: boolean;
}

/** What a search found. */
export interface FoundHits {
  /** The request as the index has answered it. */
  readonly request: SearchRequest;
  /** The products with all words. */
  readonly result: SearchResult;
  /** Undefined if the list is not filled up. */
  readonly partial: PartialMatches | undefined;
  /** Those of the partial matches that follow, in their order. */
  readonly partialHits: readonly Hit[];
}

/**
 * The search of a catalog from a text to its hits: reading the query with the words, synonyms and rules of a shop,
 * correcting or relaxing it, finding and ranking products, and filling the list up. The search service and the evaluation
 * both run it, so that what is measured is what shops get.
 */
export class SearchPipeline {
  constructor(private readonly options: SearchPipelineOptions) {}

  /**
   * Returns the dictionaries, synonyms, rules and analyzers that queries are currently interpreted with.
   * @param previews what is used as if it were stored
   */
  contextOf(catalogIndex: CatalogIndex, language: string | null | undefined, previews: Previews = {}): QueryContext {
    const { analyzers, languages, index } = catalogIndex;
    const { words, synonyms, merchandising } = this.options;
    const { rule, synonym } = previews;
    const preview = words.previewOf(catalogIndex, synonym, rule);
    const dictionary = words.dictionaryWith(catalogIndex, preview);
    // A preview takes long to build, and a query is read many times.
    const synonymsByLanguage = new Map<string, Synonyms>();
    return {
      analyzers,
      dictionary,
      isRightWord: (word) => words.has(word) || preview.has(word),
      languages,
      documents: index.size,
      numericAttributes: numericAttributes(index.settings),
      hasPrices: () =>
        index.columns().some((columns) => columns.numbers('price').some((price) => !Number.isNaN(price))),
      synonymsOf: (name) => {
        let found = synonymsByLanguage.get(name);
        if (found === undefined) synonymsByLanguage.set(name, (found = synonyms.forLanguage(name, analyzers, synonym)));
        return found;
      },
      nouns: catalogIndex.nouns,
      countPostings: (alternatives) => index.countPostings(alternatives),
      compounds: new CompoundFinder(index),
      writtenForm: writtenWords(catalogIndex, Date.now()),
      hasRule: (query) => {
        const hasWord = (word: string) => dictionary.frequencyOf(word) > 0;
        return merchandising.hasQuery({ query, language, hasWord }, analyzers, Date.now(), rule);
      },
    };
  }

  /** Returns the words that searches find, because a product or a synonym has them. */
  dictionaryOf(catalogIndex: CatalogIndex, synonym: SynonymRecord | undefined): WordSource {
    const { words } = this.options;
    return words.dictionaryWith(catalogIndex, words.previewOf(catalogIndex, synonym, undefined));
  }

  /** Interprets a query. @throws BudgetExceeded if its counts exceed the budget of the request */
  interpret(
    catalogIndex: CatalogIndex,
    text: QueryText,
    previews?: Previews,
    budget?: Budget,
  ): CooperativeTask<InterpretedQuery> {
    const context = this.contextOf(catalogIndex, text.language, previews);
    return catalogIndex.resolveCounts(queryInterpretation(text, context), budget);
  }

  /** Finds the products of an interpreted query. */
  *find(
    catalogIndex: CatalogIndex,
    interpreted: InterpretedQuery,
    { ranking, sort, isFilled, filter, facetFilters = [], facets, limit }: FindRequest,
  ): CooperativeTask<FoundHits> {
    const { index } = catalogIndex;
    const column = columnOfSort(sort);
    // A price facet counts only products that meet the conditions: it is without facet filters of its own field only.
    const conditions = mapFacetFilters(interpreted.conditions.map(conditionFilter), index.settings).map((one) => ({
      ...one,
      key: 'condition',
    }));
    const request: SearchRequest = {
      query: interpreted.query,
      filter,
      facetFilters: [...facetFilters, ...conditions],
      facets,
      ...(column === undefined
        ? { rank: sort === 'POPULAR' ? rankingByPopularity(ranking) : rankingBy(ranking) }
        : { sort: column }),
      ties: 'tie',
      distinct: 'group',
      limit,
    };
    const result = yield* index.searchInSteps(request);
    const itemOf = (id: string) => catalogIndex.find(id)?.groupId ?? id;
    const partial =
      isFilled && interpreted.query !== null
        ? yield* partialMatches(index, interpreted, { ...request, rank: rankingBy(ranking) }, result, itemOf)
        : undefined;
    const partialHits = sortPartialMatches(partial?.hits ?? [], sort, {
      numberOf: (id, name) => index.numberOf(id, name),
      popularity: ranking.popularity,
    }).slice(0, limit - result.hits.length);
    return { request, result, partial, partialHits };
  }
}
