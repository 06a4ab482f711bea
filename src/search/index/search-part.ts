import { SCORE_UNIT } from './bm25f';
import type { PhraseMatcher } from './phrase';
import type { ScoredList } from './scored-list';
import type { Hit } from './search-request';
import type { SegmentView } from './segment-view';
import type { Selection } from './selection';

/** A segment in a search. Document numbers in a search count over all segments. */
export interface Part {
  readonly view: SegmentView;
  /** Number of the segment's first document in the search. */
  readonly first: number;
  readonly phrases: readonly PhraseMatcher[];
  readonly lists: readonly ScoredList[];
  /** The documents that match everything, facet filters included. */
  readonly found: Selection;
}

/** Returns the segment of a document, given its number in the search. */
export function partOf(parts: readonly Part[], number: number): Part {
  return parts.findLast(({ first }) => first <= number) as Part;
}

/** @param sum the integer sum of the score; NaN if it is not computed yet */
export function hitOf(parts: readonly Part[], number: number, sum: number): Hit {
  const part = partOf(parts, number);
  const doc = number - part.first;
  return { id: part.view.idAt(doc), score: (Number.isNaN(sum) ? scoreOf(part, doc) : sum) / SCORE_UNIT };
}

/** Returns the integer sum of a document's score. */
export function scoreOf({ lists, phrases }: Part, doc: number): number {
  let sum = 0;
  for (const list of lists) sum += list.valueOf(doc);
  for (const phrase of phrases) if (phrase.boost !== undefined && phrase.matches(doc)) sum += phrase.boost;
  return sum;
}
