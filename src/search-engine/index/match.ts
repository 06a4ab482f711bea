import { unionInto, hasBit, subtractFrom, setFirstBits, wordsFor } from './bitmap';
import type { TextQuery } from './query';
import type { SortedPostings, ScoredPostings } from './scored-postings';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import type { ScoredDocuments, Selection } from './selection';

/** Returns all documents that are not deleted. */
export function matchAll(view: SegmentView, scratch: Scratch): Selection {
  const bits = scratch.bitmap(view.documents);
  setFirstBits(bits, view.documents);
  if (view.deletedCount > 0) subtractFrom(bits, view.deleted, wordsFor(view.documents));
  return { bits, documents: view.documents };
}

/**
 * Returns the documents that match all clauses (AND) or at least one (OR) and are not deleted.
 * @param lists the postings of each clause in this segment
 */
export function matchClauses(
  view: SegmentView,
  mode: TextQuery['mode'],
  lists: readonly ScoredPostings[],
  scratch: Scratch,
): Selection {
  const byCount = [...lists].sort((a, b) => a.count - b.count);
  if (mode === 'AND' && byCount[0].count === 0) return { docs: scratch.numbers(), count: 0, sums: scratch.sums() };
  const driver = byCount.find(isSorted);
  if (driver !== undefined && (mode === 'AND' || lists.length === 1)) {
    const others = byCount.filter((list) => list !== driver);
    return intersect(view, driver, others, scratch);
  }
  const words = wordsFor(view.documents);
  const bits = scratch.bitmap(view.documents);
  if (mode === 'OR') for (const list of lists) mark(list, bits, words);
  else intersectAll(byCount as readonly BitmapLikePostings[], bits, words);
  if (view.deletedCount > 0) subtractFrom(bits, view.deleted, words);
  return { bits, documents: view.documents };
}

const isSorted = (list: ScoredPostings): list is SortedPostings => list.kind === 'sorted';

type BitmapLikePostings = Exclude<ScoredPostings, SortedPostings>;

/**
 * Intersects one 32-bit word after the other, starting with the shortest list. A word is often empty after a few lists.
 * Then it is not read from the remaining lists.
 */
function intersectAll(lists: readonly BitmapLikePostings[], bits: Uint32Array, words: number): void {
  const sets = lists.map((list) => (list.kind === 'bitmap' ? list.bitmap.words : list.bits));
  const starts = Uint32Array.from(lists, (list) => (list.kind === 'bitmap' ? list.bitmap.wordsFrom : 0));
  for (let word = 0; word < words; word++) {
    let rest = sets[0][starts[0] + word];
    for (let i = 1; i < sets.length && rest !== 0; i++) rest &= sets[i][starts[i] + word];
    bits[word] = rest;
  }
}

/** Intersects by iterating over the shortest list. Each document is looked up in the others and scored on the way. */
function intersect(
  view: SegmentView,
  driver: SortedPostings,
  others: readonly ScoredPostings[],
  scratch: Scratch,
): ScoredDocuments {
  const docs = scratch.numbers();
  const sums = scratch.sums();
  const { deleted, deletedCount } = view;
  const { impacts, impactShift, scale, end } = driver;
  let count = 0;
  next: for (let at = driver.cursor; at < end; at++) {
    const doc = driver.docs[at];
    if (deletedCount > 0 && hasBit(deleted, doc)) continue;
    let sum = impacts[at + impactShift] * scale;
    for (let i = 0; i < others.length; i++) {
      const value = others[i].probe(doc);
      if (value === 0) continue next;
      sum += value;
    }
    docs[count] = doc;
    sums[count++] = sum;
  }
  return { docs, count, sums };
}

function mark(list: ScoredPostings, bits: Uint32Array, words: number): void {
  if (list.kind === 'merged') unionInto(bits, list.bits, 0, words);
  else list.list.mark(bits, words);
}
