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
  /**
   * Returns whether the forms of the typed words may move a document. With this function, of the first
   * {@link MAX_REFINED} hits that match in the same fields, those with a form of each typed word come before those with
   * words that are derived from them, in the places that they have together. Of keys that are equal but
   * for tiny differences, those of documents with the words as typed come first.
   */
  readonly movesByForm?: (doc: number) => boolean;
  /** Returns upper bounds of the keys, with which a search skips documents. A search calls it only if that pays off. */
  prior?(): Prior;
  /** Maximum length of `except` in the result of {@link prior}. Default: 0. */
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
 * Number of first hits that a ranking refines. It is the same for all requested pages, so that pages do not overlap.
 */
export const MAX_REFINED = 500;

/** If a segment has at most this number of matches, all of them are ranked. */
export const MAX_FULLY_RANKED = 50_000;
/**
 * If a text query has more than {@link MAX_FULLY_RANKED} matches in a segment, only two sets of this size are ranked:
 * the documents with the best scores, and those that the ranking would put first if all scores were equal. The
 * exceptions of the ranking's {@link Prior} are ranked too.
 */
export const PRESELECTED_HITS = 2_000;
