import { type CooperativeTask, DOCUMENTS_PER_FAST_STEP } from '../scheduling/cooperative-task';
import { countBits, subtractFrom, wordsFor } from './bitmap';
import { quantizedIdf } from './bm25f';
import type { PostingList } from './posting-list';
import { type Alternative, checkLimit, type TextQuery } from './query';
import { BitmapPostings, SortedPostings, MergedPostings, type ScoredPostings } from './scored-postings';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

/**
 * Returns the scored postings by clause, then segment. The idf of an alternative is computed over all segments, without
 * deleted documents.
 * @param documents number of documents of the index that are not deleted
 * @throws SearchRequestError if the search would read more postings than allowed
 */
export function* resolveClauses(
  { mode, clauses }: Pick<TextQuery, 'mode' | 'clauses'>,
  views: readonly SegmentView[],
  documents: number,
  scratch: Scratch,
): CooperativeTask<ScoredPostings[][]> {
  let postingCount = 0;
  const resolved: ScoredPostings[][] = [];
  for (const { alternatives } of clauses) {
    const before = postingCount;
    const lists = alternatives.map((alternative) => views.map((view) => postingListsOf(view, alternative)));
    checkLimit('postings', (postingCount += postingCost(lists, mode, views)));
    resolved.push(scoredLists(alternatives, lists, views, documents, scratch));
    if (postingCount - before > DOCUMENTS_PER_FAST_STEP) yield;
  }
  return resolved;
}

/**
 * Returns how many postings a clause counts towards `LIMITS.postings`. For AND, it is 0 if the clause has exactly one
 * list in each segment, because then no lists are merged.
 * @param lists by alternative, then segment
 */
export function postingCost(
  lists: readonly (readonly PostingList[])[][],
  mode: TextQuery['mode'],
  views: readonly SegmentView[],
): number {
  const isMerged = mode === 'OR' || views.some((_, view) => !isOneList(lists, view));
  return isMerged ? sum(lists.flat(2), ({ count }) => count) : 0;
}

/** Returns the scored postings of one clause, by segment. @param lists by alternative, then segment */
function scoredLists(
  alternatives: readonly Alternative[],
  lists: readonly (readonly PostingList[])[][],
  views: readonly SegmentView[],
  documents: number,
  scratch: Scratch,
): ScoredPostings[] {
  const scales = alternatives.map(({ weight = 1 }, i) => {
    const counts = views.map((view, v) => countUndeleted(view, lists[i][v], scratch));
    const matching = sum(counts, (count) => count);
    return quantizedIdf(matching, documents, weight);
  });
  return views.map((view, v) => {
    if (isOneList(lists, v)) return toScoredPostings(lists[0][v][0], scales[0]);
    const merged = new MergedPostings(scratch.bitmap(view.documents), scratch.numbers());
    lists.forEach((found, i) => found[v].forEach((list) => merged.add(list, scales[i])));
    return merged;
  });
}

/** @param lists by alternative, then segment */
const isOneList = (lists: readonly (readonly PostingList[])[][], view: number): boolean =>
  lists.length === 1 && lists[0][view].length === 1;

const toScoredPostings = (list: PostingList, scale: number): ScoredPostings =>
  list.bitmap === null ? new SortedPostings(list, scale) : new BitmapPostings(list, scale);

const sum = <T>(values: readonly T[], numberOf: (value: T) => number): number =>
  values.reduce((all, value) => all + numberOf(value), 0);

/** Returns the posting lists of one alternative in a segment. */
export function postingListsOf(view: SegmentView, alternative: Alternative): PostingList[] {
  if ('prefix' in alternative) return view.prefix(alternative.prefix);
  const list = view.term(alternative.term);
  return list === null ? [] : [list];
}

function countUndeleted(view: SegmentView, lists: readonly PostingList[], scratch: Scratch): number {
  if (lists.length === 0) return 0;
  if (lists.length === 1) return view.countUndeleted(lists[0]);
  const words = wordsFor(view.documents);
  const bits = scratch.bitmap(view.documents);
  for (const list of lists) list.mark(bits, words);
  if (view.deletedCount > 0) subtractFrom(bits, view.deleted, words);
  return countBits(bits, words);
}
