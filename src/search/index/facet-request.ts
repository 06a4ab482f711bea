/** What has to be chosen: one of these values, or a number in [from, to). Those of different facets all hold. */
export type FacetFilter =
  | { readonly facet: string; readonly values: readonly string[] }
  | { readonly number: string; readonly from?: number; readonly to?: number };

/**
 * What is counted. A facet's own filters do not count: a selected value does not hide its siblings.
 * - Values: the most frequent, at most `limit` (default 10). Of paths only those directly below `parent` ('' for the roots), where
 *   it is given.
 * - Ranges: between each two of `boundaries` (ascending), the lower one included.
 * - A histogram: ranges of equal width, from multiples of `interval`.
 */
export type FacetRequest =
  | { readonly facet: string; readonly limit?: number; readonly parent?: string }
  | { readonly number: string; readonly boundaries: readonly number[] }
  | { readonly number: string; readonly interval: number };

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
