import { type CooperativeTask, DOCUMENTS_PER_FAST_STEP } from '../scheduling/cooperative-task';
import { countBits, hasBit, popcount, subtractFrom, wordsFor } from './bitmap';
import type { PostingList } from './posting-list';
import { checkLimit, type TextQuery } from './query';
import { postingListsOf, postingCost } from './resolve-clauses';
import { SortedPostings } from './scored-postings';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

type CountedQuery = Pick<TextQuery, 'mode' | 'clauses'>;

/** A bitmap of documents, stored in `words` from the index `from` on. */
interface BitmapSlice {
  readonly words: Uint32Array;
  readonly from: number;
}

/**
 * Counts the documents that match, without scoring them. Correcting and relaxing a query needs many such counts.
 * @throws SearchRequestError if the search would read more postings than allowed
 */
export function* countMatches(
  { mode, clauses }: CountedQuery,
  views: readonly SegmentView[],
  scratch: Scratch,
): CooperativeTask<number> {
  let postingCount = 0;
  // By clause, then segment: the posting lists.
  const listsByClause: PostingList[][][] = [];
  for (const { alternatives } of clauses) {
    const lists = alternatives.map((alternative) => views.map((view) => postingListsOf(view, alternative)));
    const cost = postingCost(lists, mode, views);
    checkLimit('postings', (postingCount += cost));
    listsByClause.push(views.map((_, v) => lists.flatMap((ofViews) => ofViews[v])));
    if (cost > DOCUMENTS_PER_FAST_STEP) yield;
  }
  let count = 0;
  for (const [v, view] of views.entries()) {
    const clausesOfView = listsByClause.map((ofViews) => ofViews[v]);
    if (mode === 'OR') count += countUnion(clausesOfView.flat(), view, scratch);
    else if (clausesOfView.every(({ length }) => length > 0)) count += countCommon(clausesOfView, view, scratch);
    if (postingCount > DOCUMENTS_PER_FAST_STEP) yield;
  }
  return count;
}

function countUnion(lists: readonly PostingList[], view: SegmentView, scratch: Scratch): number {
  if (lists.length <= 1) return lists.length === 0 ? 0 : view.countUndeleted(lists[0]);
  const words = wordsFor(view.documents);
  const bits = unionOf(lists, view, scratch);
  if (view.deletedCount > 0) subtractFrom(bits, view.deleted, words);
  return countBits(bits, words);
}

/** Counts the documents that are in at least one list of every clause. @param clauses by clause: its posting lists */
function countCommon(clauses: readonly (readonly PostingList[])[], view: SegmentView, scratch: Scratch): number {
  if (clauses.length === 1) return countUnion(clauses[0], view, scratch);
  const sorted: SortedPostings[] = [];
  const bitmaps: BitmapSlice[] = [];
  for (const lists of clauses) {
    if (lists.length > 1) bitmaps.push({ words: unionOf(lists, view, scratch), from: 0 });
    else if (lists[0].bitmap === null) sorted.push(new SortedPostings(lists[0], 1));
    else bitmaps.push({ words: lists[0].bitmap.words, from: lists[0].bitmap.wordsFrom });
  }
  if (sorted.length === 0) return countCommonBits(bitmaps, view);
  const [driver, ...others] = sorted.sort((a, b) => a.count - b.count);
  return countDriven(driver, others, bitmaps, view);
}

function unionOf(lists: readonly PostingList[], view: SegmentView, scratch: Scratch): Uint32Array {
  const bits = scratch.bitmap(view.documents);
  const words = wordsFor(view.documents);
  for (const list of lists) list.mark(bits, words);
  return bits;
}

function countCommonBits([first, second, ...others]: readonly BitmapSlice[], view: SegmentView): number {
  const words = wordsFor(view.documents);
  const { deleted, deletedCount } = view;
  let count = 0;
  for (let word = 0; word < words; word++) {
    let common = first.words[first.from + word] & second.words[second.from + word];
    for (let i = 0; i < others.length && common !== 0; i++) common &= others[i].words[others[i].from + word];
    if (common !== 0) count += popcount(deletedCount > 0 ? common & ~deleted[word] : common);
  }
  return count;
}

/** Counts the common documents: iterates over the shortest list and looks each document up in the others. */
function countDriven(
  driver: SortedPostings,
  others: readonly SortedPostings[],
  bitmaps: readonly BitmapSlice[],
  { deleted, deletedCount }: SegmentView,
): number {
  const { docs, end } = driver;
  let count = 0;
  next: for (let at = driver.cursor; at < end; at++) {
    const doc = docs[at];
    for (let i = 0; i < bitmaps.length; i++) {
      const { words, from } = bitmaps[i];
      if (((words[from + (doc >>> 5)] >>> (doc & 31)) & 1) === 0) continue next;
    }
    for (let i = 0; i < others.length; i++) {
      const other = others[i];
      other.seek(doc);
      if (other.cursor === other.end || other.docs[other.cursor] !== doc) continue next;
    }
    if (deletedCount === 0 || !hasBit(deleted, doc)) count++;
  }
  return count;
}
