import type { ValueCounts } from '../search-engine/index/facet-request';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { SearchRequest } from '../search-engine/index/search-request';
import type { Ranking } from '../search-engine/index/ranking';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';
import { type NamedCategory, nearestCategories } from './nearest-categories';
import type { NothingFoundSnapshot } from './search-snapshot';

const MAX_CATEGORIES = 3;
const MAX_BEST_SELLERS = 8;

/**
 * Returns where a customer can continue after a search that found nothing.
 * @param request the search; its `filter` holds for everything that is returned, its `facetFilters` do not
 * @param words folded words of the query @param isWord returns whether one of them is no typo
 * @param popularityRanking order of the best sellers
 * @param onCounted called with the number of products that each search found
 */
export function* nothingFound(
  index: Pick<SearchIndex, 'searchInSteps'>,
  { query, filter, facetFilters = [], ties, distinct }: SearchRequest,
  words: readonly string[],
  isWord: (word: string) => boolean,
  categories: readonly NamedCategory[],
  popularityRanking: Ranking,
  onCounted: (total: number) => void,
): CooperativeTask<NothingFoundSnapshot> {
  const facets = [{ facet: 'categories', limit: MAX_CATEGORIES }];
  const unfiltered =
    facetFilters.length === 0 ? undefined : yield* index.searchInSteps({ query, filter, facets, distinct, limit: 0 });
  onCounted(unfiltered?.total ?? 0);
  const bestSellers = yield* index.searchInSteps({
    ...{ query: null, filter, facets },
    ...{ rank: popularityRanking, ties, distinct, limit: MAX_BEST_SELLERS },
  });
  onCounted(bestSellers.total);
  const all = categoriesOf(bestSellers.facets);
  const near = nearestCategories(words, categories, MAX_CATEGORIES, isWord);
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
