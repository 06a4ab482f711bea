import { SCORE_UNIT } from './bm25f';
import type { PhraseMatcher } from './phrase';
import type { ScoredList } from './scored-list';
import type { Hit } from './search-request';
import type { SegmentView } from './segment-view';
import type { Selection } from './selection';

/** A segment in a search. */
export interface Part {
  readonly view: SegmentView;
  /** What its first document is called. */
  readonly first: number;
  readonly phrases: readonly PhraseMatcher[];
  readonly lists: readonly ScoredList[];
  /** What matches, facet filters and all. */
  readonly found: Selection;
}

/** The segment that a document is of, by what the document is called in the search. */
export function partOf(parts: readonly Part[], number: number): Part {
  return parts.findLast(({ first }) => first <= number) as Part;
}

/** @param sum the score as it was summed; NaN where it is still to be summed */
export function hitOf(parts: readonly Part[], number: number, sum: number): Hit {
  const part = partOf(parts, number);
  const doc = number - part.first;
  return { id: part.view.idAt(doc), score: (Number.isNaN(sum) ? scoreOf(part, doc) : sum) / SCORE_UNIT };
}

/** As it is summed. */
export function scoreOf({ lists, phrases }: Part, doc: number): number {
  let sum = 0;
  for (const list of lists) sum += list.valueOf(doc);
  for (const phrase of phrases) if (phrase.boost !== undefined && phrase.matches(doc)) sum += phrase.boost;
  return sum;
}
