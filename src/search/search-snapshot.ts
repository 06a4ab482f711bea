import type { RankingReason } from '../recommend/serving/customer-affinities.service';
import type { Facet } from './facet.type';
import type { QueryCondition } from '../search-engine/query/read-conditions';
import type { ScoreShare } from './ranking/log-linear';
import type { ProductMeaning } from './searched-question';

/** The stored result of a search. Cursors refer to it. */
export interface SearchSnapshot {
  readonly requestId: string;
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly modelVersion: string;
  readonly totalCount: number;
  readonly facets: readonly Facet[];
  readonly didYouMean: string | null;
  readonly correctedQuery: string | null;
  readonly ignoredWords: readonly string[];
  readonly conditions: readonly QueryCondition[];
  readonly redirect: string | null;
  /** The query that was searched for, after corrections; empty without one. */
  readonly searched: string;
  /** The terms and prefixes that are highlighted in products. */
  readonly matched: { readonly terms: readonly string[]; readonly prefixes: readonly string[] };
  readonly ids: readonly string[];
  /** The first ids of this number match; the others have only some of the words. */
  readonly matchCount: number;
  /** Whether the products need only one of the words. */
  readonly matchesAnyWord: boolean;
  /**
   * Of the first products that match: those that have a word only as the beginning of another one, while it is typed, or
   * only in a derived form. Empty if the request has neither sponsored products nor further pages.
   */
  readonly inexactIds: readonly string[];
  /** Whether the order is by relevance. */
  readonly isByRelevance: boolean;
  readonly scores: readonly number[];
  /** Present if there are no hits and the caller selected it. */
  readonly nothingFound?: NothingFoundSnapshot;
  /** What the products say about the query. Present if the caller selected articles. */
  readonly products?: ProductMeaning;
  /** One explanation per hit; null if the caller did not select reasons or the list is not sorted by relevance. */
  readonly grounds: readonly HitExplanation[] | null;
}

/** Where a customer can continue after a search that found nothing. */
export interface NothingFoundSnapshot {
  readonly totalWithoutFacetFilters: number;
  readonly categories: readonly string[];
  /** Product ids. */
  readonly bestSellers: readonly string[];
}

/** The explanation of a hit's rank. */
export interface HitExplanation {
  readonly shares: readonly ScoreShare[];
  /** Whether a merchandising rule pinned the product. */
  readonly pinned: boolean;
  /** Why the customer is expected to like this product. */
  readonly because: readonly RankingReason[];
}
