import type { ValueCounts } from '../search-engine/index/facet-request';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { SearchRequest } from '../search-engine/index/search-request';
import type { Ranking } from '../search-engine/index/ranking';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';
import { nearestCategories } from './nearest-categories';
import type { Analyzer } from '../search-engine/text/token';
import type { NothingFoundSnapshot } from './search-snapshot';

const MAX_CATEGORIES = 3;
/** Number of categories, the most frequent ones, whose names are compared with the query. */
const MAX_COMPARED_CATEGORIES = 300;
const MAX_BEST_SELLERS = 8;

/**
 * Returns where a customer can continue after a search that found nothing.
 * @param request the search; its `filter` holds for everything that is returned, its `facetFilters` do not
 * @param words folded words of the query
 * @param popularityRanking order of the best sellers
 */
export function* nothingFound(
  index: Pick<SearchIndex, 'searchInSteps'>,
  { query, filter, facetFilters = [], ties, distinct }: SearchRequest,
  words: readonly string[],
  analyzer: Analyzer,
  popularityRanking: Ranking,
): CooperativeTask<NothingFoundSnapshot> {
  const facets = (limit: number) => [{ facet: 'categories', limit }];
  const unfiltered =
    facetFilters.length === 0
      ? undefined
      : yield* index.searchInSteps({ query, filter, facets: facets(MAX_CATEGORIES), distinct, limit: 0 });
  const bestSellers = yield* index.searchInSteps({
    ...{ query: null, filter, facets: facets(MAX_COMPARED_CATEGORIES) },
    ...{ rank: popularityRanking, ties, distinct, limit: MAX_BEST_SELLERS },
  });
  const all = categoriesOf(bestSellers.facets);
  const near = nearestCategories(words, all, analyzer, MAX_CATEGORIES);
  const candidates = [
    ...(unfiltered === undefined ? [] : categoriesOf(unfiltered.facets)),
    ...near,
    ...(near.length > 0 ? [] : all),
  ];
  return {
    totalWithoutFacetFilters: unfiltered?.total ?? 0,
    categories: [...new Set(candidates)].slice(0, MAX_CATEGORIES),
    bestSellers: bestSellers.hits.map(({ id }) => id),
  };
}

const categoriesOf = (facets: readonly unknown[]): string[] =>
  (facets[0] as ValueCounts).values.map(({ value }) => value);
