/**
 * A filter on a facet or a numeric column: a hit must have one of the values, or a number in [from, to). A hit passes
 * all filters of the request.
 */
export type IndexFacetFilter = Keyed &
  (
    | { readonly facet: string; readonly values: readonly string[] }
    | { readonly number: string; readonly from?: number; readonly to?: number }
  );

/**
 * A column can hold several facets of the search API. For example, one column holds all attributes, such as `colour`
 * and `size`. A key distinguishes the facets of a column.
 */
interface Keyed {
  /** A facet is counted without the filters that have the same key. Default: a key for the whole column. */
  readonly key?: string;
}

/**
 * A facet to count. A facet's own filters do not apply to its counts, so a selected value does not hide its siblings.
 * - Values: the most frequent ones, at most `limit` (default 10). With `parent`, only paths directly below it ('' for
 *   the root paths).
 * - Ranges: one between every two consecutive `boundaries` (ascending). The lower boundary belongs to the range.
 * - Histogram: ranges of equal width that begin at multiples of `interval`.
 */
export type IndexFacetRequest = Keyed &
  (
    | { readonly facet: string; readonly limit?: number; readonly parent?: string }
    | { readonly number: string; readonly boundaries: readonly number[] }
    | { readonly number: string; readonly interval: number }
  );

export type FacetResult = ValueCounts | RangeCounts;

export interface ValueCounts {
  readonly facet: string;
  /** Most frequent first, ties in order of value. Selected values beyond the limit are included. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** Number of different values, those beyond the limit included. */
  readonly distinct: number;
}

export interface RangeCounts {
  readonly number: string;
  /** Ranges [from, to), ascending. A histogram has only the ranges that are not empty. */
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Smallest value of the counted documents; undefined if none has a value. */
  readonly minimum?: number;
  /** Largest value of the counted documents; undefined if none has a value. */
  readonly maximum?: number;
}
