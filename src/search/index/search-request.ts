import type { ColumnFilter } from './columns';
import type { FacetFilter, FacetRequest, FacetResult } from './facet-request';
import type { FacetSpace } from './facet-space';
import type { TextQuery } from './query';
import type { Ranking } from './ranking';
import type { SegmentView } from './segment-view';
import type { IndexSettings } from './settings';

export interface SearchRequest {
  /** null: browsing, every document matches and none has a score. */
  readonly query: TextQuery | null;
  readonly filter?: ColumnFilter;
  readonly facetFilters?: readonly FacetFilter[];
  readonly facets?: readonly FacetRequest[];
  /** Default: by score, highest first. Equals come in the order in which they were put. */
  readonly sort?: Sort;
  /** Puts hits in order where nothing is sorted by. */
  readonly rank?: Ranking;
  /** A numeric column that decides between what sorting or ranking finds equal, lowest first: then the order does not depend on segments. */
  readonly ties?: string;
  /** A facet that makes one thing of several documents: the first of each is a hit, and totals and facets count it once. */
  readonly distinct?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** By a numeric column; documents without it come last. */
export interface Sort {
  readonly number: string;
  readonly descending?: boolean;
}

export interface SearchResult {
  /** How many documents match, exactly. */
  readonly total: number;
  readonly hits: readonly Hit[];
  /** In the order in which they were asked for. */
  readonly facets: readonly FacetResult[];
}

export interface Hit {
  readonly id: string;
  /** BM25F, and what phrases add to it; 0 when browsing. */
  readonly score: number;
  /** What put it in its place, where the request says how to rank. */
  readonly rank?: number;
}

/** What a search looks into: the segments in order, and by facet the values of all. */
export interface Searched {
  readonly settings: IndexSettings;
  readonly views: readonly SegmentView[];
  readonly spaces: readonly FacetSpace[];
}
