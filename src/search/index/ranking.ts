import type { Columns } from './columns';
import type { MatchedFields } from './matched-fields';

/** An order of the caller's, made once for each segment of a search. */
export type Ranking = (columns: Columns) => DocumentRanking;

export interface DocumentRanking {
  /**
   * Asked for documents that match, by their number in the segment and what their words score: higher comes first. Never NaN, and
   * never lower for a higher score.
   */
  key(doc: number, score: number): number;
  /**
   * Another key of a document that came among the first {@link REFINED} by its key, and where it has the words of the query: those
   * change places among themselves. Never NaN.
   */
  refine?(doc: number, key: number, matched: MatchedFields): number;
  /** What is known of keys before scores are: asked for where that pays, to leave out what cannot come first. */
  prior?(): Prior;
  /** How many documents {@link prior} excepts, at the most; none, if it does not say. */
  readonly exceptions?: number;
}

export interface Prior {
  /** By document: a key is at most this and what its score gains… */
  readonly values: Float64Array;
  /** …which is no less for a higher score… */
  gain(score: number): number;
  /** …except those of these documents. */
  readonly except: readonly number[];
}

/** So many of what comes first are refined, where the ranking does that: however many are asked for, or the order would depend on it. */
export const REFINED = 500;

/** So many matches are all ranked… */
export const RANKED_WHOLE = 50_000;
/** …and of more, where there are words, so many of those with the best scores, and of those that the ranking would put first if all scores were equal. */
export const PRESELECTED = 2_000;
