import type { ColumnFilter } from './columns';
import type { IndexFacetFilter, IndexFacetRequest, FacetResult } from './facet-request';
import type { FacetDictionary } from './facet-dictionary';
import type { TextQuery } from './query';
import type { Ranking } from './ranking';
import type { SegmentView } from './segment-view';
import type { IndexSettings } from './settings';

export interface SearchRequest {
  /** null for browsing: every document matches with a score of 0. */
  readonly query: TextQuery | null;
  readonly filter?: ColumnFilter;
  readonly facetFilters?: readonly IndexFacetFilter[];
  readonly facets?: readonly IndexFacetRequest[];
  /** Default: by score, highest first. Ties are in the order in which the documents were put. */
  readonly sort?: ColumnSort;
  /** Orders the hits if there is no `sort`. */
  readonly rank?: Ranking;
  /**
   * A numeric column that breaks ties of `sort` or `rank`, lowest first. The order then does not depend on how the
   * documents are split into segments.
   */
  readonly ties?: string;
  /**
   * A facet that groups documents into items. The first document of an item is the hit, and totals and facet counts
   * count the item once.
   */
  readonly distinct?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** Sorts by a numeric column. Documents without a value come last. */
export interface ColumnSort {
  readonly number: string;
  readonly descending?: boolean;
}

export interface SearchResult {
  /** Exact number of matching documents; if the request has `distinct`, the exact number of matching items. */
  readonly total: number;
  readonly hits: readonly Hit[];
  /** The facets, in the order of the request. */
  readonly facets: readonly FacetResult[];
}

export interface Hit {
  readonly id: string;
  /** BM25F plus the boosts of matching phrases; 0 when browsing. */
  readonly score: number;
  /** The sort key, if the request has a `rank`. */
  readonly rank?: number;
}

/** The data that a search reads: the segments in order and, for each facet, the values of all segments. */
export interface SearchTarget {
  readonly settings: IndexSettings;
  readonly views: readonly SegmentView[];
  readonly facetDictionaries: readonly FacetDictionary[];
}
