import type { Columns } from './columns';

/**
 * An order of the caller's. Made once for each segment of a search, then asked for each document that matches, by its number in the
 * segment and what its words score: higher comes first. Never NaN.
 */
export type Ranking = (columns: Columns) => (doc: number, score: number) => number;

/** So many matches are all ranked… */
export const RANKED_WHOLE = 50_000;
/** …and of more so many of those with the best scores, and of those that the ranking would put first if all scores were equal. */
export const PRESELECTED = 2_000;
