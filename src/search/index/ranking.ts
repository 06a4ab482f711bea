import type { Columns } from './columns';
import type { MatchedFields } from './matched-fields';

/** A caller's order of the hits. A search calls it once for each segment. */
export type Ranking = (columns: Columns) => DocumentRanking;

export interface DocumentRanking {
  /**
   * Returns the sort key of a matching document, given its number in the segment and its text score. Higher keys come
   * first. The key must not be NaN, and must not decrease when the score increases.
   */
  key(doc: number, score: number): number;
  /**
   * Returns a new key for a document among the first {@link MAX_REFINED}, given its key and the fields that match the
   * query. These documents are then reordered among themselves. The key must not be NaN.
   */
  refine?(doc: number, key: number, matched: MatchedFields): number;
  /** Returns bounds of the keys that do not depend on scores. A search calls it if that pays off, to skip documents. */
  prior?(): Prior;
  /** Maximum number of documents that {@link prior} excepts. Default: 0. */
  readonly maxExceptions?: number;
}

/** Upper bounds of keys: the key of a document with score s is at most `values[document] + gain(s)`. */
export interface Prior {
  /** By document: the part of the bound that does not depend on the score. */
  readonly values: Float64Array;
  /** Returns the part of the bound that depends on the score. It does not decrease when the score increases. */
  gain(score: number): number;
  /** Documents for which the bound does not hold. */
  readonly except: readonly number[];
}

/**
 * Number of first hits that a ranking refines. It does not depend on the requested page, so that the order does not.
 */
export const MAX_REFINED = 500;

/** Up to this number of matches, all are ranked. */
export const MAX_FULLY_RANKED = 50_000;
/**
 * With more matches of a text query, this number of documents with the best scores is ranked, and this number of
 * documents that the ranking would put first if all scores were equal.
 */
export const PRESELECTED_HITS = 2_000;
