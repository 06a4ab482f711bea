import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';
import type { TextQuery } from '../search-engine/index/query';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { Hit, SearchRequest, SearchResult } from '../search-engine/index/search-request';
import type { InterpretedQuery } from '../search-engine/query/interpret-query';

/** A list is filled up to this length. */
const MAX_FILLED_LENGTH = 100;
/**
 * Maximum number of postings of the words that fill a list up. It bounds the time to some milliseconds; the most
 * frequent words, which say least, are left out.
 */
const MAX_POSTINGS = 400_000;

/** The products that follow those that have all words. */
export interface PartialMatches {
  /** The words of which each product has at least one; null if the list is not filled up. */
  readonly query: TextQuery | null;
  readonly hits: readonly Hit[];
  /** Number of products that have at least one of the words. */
  readonly total: number;
}

const NO_PARTIAL_MATCHES: PartialMatches = { query: null, hits: [], total: 0 };

/**
 * Returns the query for the products with some of the words that fill a list up; null if the list is not filled up.
 * @param total number of products that match
 */
export function fillUpQuery(
  index: Pick<SearchIndex, 'countPostings'>,
  { plan }: Pick<InterpretedQuery, 'plan'>,
  total: number,
): TextQuery | null {
  if (total >= MAX_FILLED_LENGTH) return null;
  return plan.anyWordQuery((alternatives) => index.countPostings(alternatives), MAX_POSTINGS);
}

/**
 * Finds products with some of the words of a query, for a list that the products with all words do not fill. They are
 * sorted by relevance and do not depend on the limit of the request, which can be lower than their number.
 * @param request the request that found `result`, with its filters; its sort and facets are not used
 * @param result the products that match, all of them if they are fewer than the limit of the request
 * @param itemOf returns the key of a product's item: variants have the same
 */
export function* partialMatches(
  index: Pick<SearchIndex, 'countPostings' | 'searchInSteps'>,
  { plan }: Pick<InterpretedQuery, 'plan'>,
  request: SearchRequest,
  result: Pick<SearchResult, 'total' | 'hits'>,
  itemOf: (id: string) => string,
): CooperativeTask<PartialMatches> {
  if (result.hits.length >= request.limit) return NO_PARTIAL_MATCHES;
  const query = fillUpQuery(index, { plan }, result.total);
  if (query === null) return NO_PARTIAL_MATCHES;
  const { filter, facetFilters, rank, ties, distinct } = request;
  const limit = MAX_FILLED_LENGTH;
  const { hits, total } = yield* index.searchInSteps({
    ...{ query, filter, facetFilters, ties, distinct, limit },
    // The words that products have say more than their forms.
    rank: rank && ((columns) => ({ ...rank(columns), movesByForm: undefined })),
  });
  const matched = new Set(result.hits.map(({ id }) => itemOf(id)));
  const others = hits.filter(({ id }) => !matched.has(itemOf(id)));
  return { query, hits: others.slice(0, MAX_FILLED_LENGTH - result.total), total };
}
