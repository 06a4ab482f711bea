/** What has to be chosen: one of these values, or a number in [from, to). All filters hold. */
export type FacetFilter = Keyed &
  (
    | { readonly facet: string; readonly values: readonly string[] }
    | { readonly number: string; readonly from?: number; readonly to?: number }
  );

/** One column may hold what are several facets to whoever searches (`colour` and `size` of all attributes): each has a key then. */
interface Keyed {
  /** A request is counted without the filters of its key. Default: the column's own. */
  readonly key?: string;
}

/**
 * What is counted. A facet's own filters do not count: a selected value does not hide its siblings.
 * - Values: the most frequent, at most `limit` (default 10). Of paths only those directly below `parent` ('' for the roots), where
 *   it is given.
 * - Ranges: between each two of `boundaries` (ascending), the lower one included.
 * - A histogram: ranges of equal width, from multiples of `interval`.
 */
export type FacetRequest = Keyed &
  (
    | { readonly facet: string; readonly limit?: number; readonly parent?: string }
    | { readonly number: string; readonly boundaries: readonly number[] }
    | { readonly number: string; readonly interval: number }
  );

export type FacetResult = ValueCounts | RangeCounts;

export interface ValueCounts {
  readonly facet: string;
  /** Most frequent first; equals in the order of their values. Selected values are here too, though beyond the limit. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** How many different values there are. */
  readonly distinct: number;
}

export interface RangeCounts {
  readonly number: string;
  /** [from, to), ascending; of a histogram only those that have something in them. */
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Of all documents that have the number; undefined where none has. */
  readonly minimum?: number;
  readonly maximum?: number;
}
