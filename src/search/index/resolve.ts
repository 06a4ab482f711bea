import { countBits, removeAll, wordsFor } from './bitmap';
import { scaleOf } from './bm25f';
import type { PostingList } from './posting-list';
import type { Alternative, Clause } from './query';
import { HeavyList, LightList, MergedList, type ScoredList } from './scored-list';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

/**
 * The lists of a clause, one for each segment. How rare an alternative is counts over all segments, less what is deleted.
 * @param documents of the index, less what is deleted
 */
export function resolveClause(
  { alternatives }: Clause,
  views: readonly SegmentView[],
  documents: number,
  scratch: Scratch,
): ScoredList[] {
  const found = alternatives.map((alternative) => {
    const lists = views.map((view) => listsOf(view, alternative));
    const matching = views.reduce((sum, view, i) => sum + countLeft(view, lists[i], scratch), 0);
    return { lists, scale: scaleOf(matching, documents, alternative.weight ?? 1) };
  });
  return views.map((_, view) => {
    const alone = found.length === 1 && found[0].lists[view].length === 1;
    if (alone) {
      const list = found[0].lists[view][0];
      return list.heavy === null ? new LightList(list, found[0].scale) : new HeavyList(list, found[0].scale);
    }
    const merged = new MergedList(scratch.bitmap(views[view].documents), scratch.numbers());
    for (const { lists, scale } of found) for (const list of lists[view]) merged.add(list, scale);
    return merged;
  });
}

function listsOf(view: SegmentView, alternative: Alternative): PostingList[] {
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
