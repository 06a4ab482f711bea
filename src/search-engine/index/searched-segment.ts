import { SCORE_UNIT } from './bm25f';
import type { PhraseMatcher } from './phrase';
import type { ScoredPostings } from './scored-postings';
import type { Hit } from './search-request';
import type { SegmentView } from './segment-view';
import type { Selection } from './selection';

/** A segment in a search. A search numbers the documents of all its segments consecutively. */
export interface SearchedSegment {
  readonly view: SegmentView;
  /** The number that the segment's document 0 has in the search. */
  readonly first: number;
  readonly phrases: readonly PhraseMatcher[];
  readonly lists: readonly ScoredPostings[];
  /** The documents that match the query and all filters, facet filters included. */
  readonly found: Selection;
}

/** Returns the segment of a document, given its number in the search. */
export function searchedSegmentOf(parts: readonly SearchedSegment[], number: number): SearchedSegment {
  return parts.findLast(({ first }) => first <= number) as SearchedSegment;
}

/** @param sum the score in units of 1 / {@link SCORE_UNIT}; NaN if it is not computed yet */
export function hitOf(parts: readonly SearchedSegment[], number: number, sum: number): Hit {
  const part = searchedSegmentOf(parts, number);
  const doc = number - part.first;
  return { id: part.view.idAt(doc), score: (Number.isNaN(sum) ? scoreOf(part, doc) : sum) / SCORE_UNIT };
}

/** Returns a document's score in units of 1 / {@link SCORE_UNIT}. */
function scoreOf({ lists, phrases }: SearchedSegment, doc: number): number {
  let sum = 0;
  for (const list of lists) sum += list.valueOf(doc);
  for (const phrase of phrases) if (phrase.boost !== undefined && phrase.matches(doc)) sum += phrase.boost;
  return sum;
}
