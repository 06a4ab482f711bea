import { type Steps, STEP_PASSED } from '../turns/steps';
import { countBits, removeAll, wordsFor } from './bitmap';
import { scaleOf } from './bm25f';
import type { PostingList } from './posting-list';
import { type Alternative, atMost, type TextQuery } from './query';
import { HeavyList, LightList, MergedList, type ScoredList } from './scored-list';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

/**
 * Returns the scored postings of each clause, by clause, then segment. The idf of an alternative is computed over all
 * segments, without deleted documents.
 * @param documents number of documents of the index that are not deleted
 * @throws SearchRequestError if the search would read more postings than allowed
 */
export function* resolveClauses(
  { mode, clauses }: Pick<TextQuery, 'mode' | 'clauses'>,
  views: readonly SegmentView[],
  documents: number,
  scratch: Scratch,
): Steps<ScoredList[][]> {
  let postings = 0;
  const resolved: ScoredList[][] = [];
  for (const { alternatives } of clauses) {
    const before = postings;
    const lists = alternatives.map((alternative) => views.map((view) => listsOf(view, alternative)));
    atMost('postings', (postings += postingsOf(lists, mode, views)));
    resolved.push(scoredLists(alternatives, lists, views, documents, scratch));
    if (postings - before > STEP_PASSED) yield;
  }
  return resolved;
}

/**
 * Returns how many postings of the limit of a search a clause uses: 0 if nothing has to be merged.
 * @param lists by alternative, then segment
 */
export function postingsOf(
  lists: readonly (readonly PostingList[])[][],
  mode: TextQuery['mode'],
  views: readonly SegmentView[],
): number {
  const isMerged = mode === 'OR' || views.some((_, view) => !isOneList(lists, view));
  return isMerged ? sum(lists.flat(2), ({ count }) => count) : 0;
}

/** @param lists by alternative, then segment @returns by segment */
function scoredLists(
  alternatives: readonly Alternative[],
  lists: readonly (readonly PostingList[])[][],
  views: readonly SegmentView[],
  documents: number,
  scratch: Scratch,
): ScoredList[] {
  const scales = alternatives.map(({ weight = 1 }, i) => {
    const counts = views.map((view, v) => countLeft(view, lists[i][v], scratch));
    const matching = sum(counts, (count) => count);
    return scaleOf(matching, documents, weight);
  });
  return views.map((view, v) => {
    if (isOneList(lists, v)) return scored(lists[0][v][0], scales[0]);
    const best = new MergedList(scratch.bitmap(view.documents), scratch.numbers());
    lists.forEach((found, i) => found[v].forEach((list) => best.add(list, scales[i])));
    return best;
  });
}

/** @param lists by alternative, then segment */
const isOneList = (lists: readonly (readonly PostingList[])[][], view: number): boolean =>
  lists.length === 1 && lists[0][view].length === 1;

const scored = (list: PostingList, scale: number): ScoredList =>
  list.heavy === null ? new LightList(list, scale) : new HeavyList(list, scale);

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((all, value) => all + of(value), 0);

/** Returns the posting lists of one alternative in a segment. */
export function listsOf(view: SegmentView, alternative: Alternative): PostingList[] {
  if ('prefix' in alternative) return view.prefix(alternative.prefix);
  const list = view.term(alternative.term);
  return list === null ? [] : [list];
}

function countLeft(view: SegmentView, lists: readonly PostingList[], scratch: Scratch): number {
  if (lists.length === 0) return 0;
  if (lists.length === 1) return view.countLeft(lists[0]);
  const words = wordsFor(view.documents);
  const bits = scratch.bitmap(view.documents);
  for (const list of lists) list.mark(bits, words);
  if (view.deletedCount > 0) removeAll(bits, view.deleted, words);
  return countBits(bits, words);
}
