import { runToCompletion, DOCUMENTS_PER_FILTER_STEP, type CooperativeTask } from '../scheduling/cooperative-task';
import { countBits, hasBit, intersectInto, listBits, setBit, wordsFor } from './bitmap';
import type { Scratch } from './scratch';

/** Some documents of a segment, either as an ascending list with their scores or as a bitmap without scores. */
export type Selection = ScoredDocuments | DocumentBitmap;

export interface ScoredDocuments {
  readonly docs: Uint32Array;
  readonly count: number;
  /** By index in `docs`: the document's score in units of 1 / SCORE_UNIT, without the boosts of phrases. */
  readonly sums: Float64Array;
  readonly bits?: undefined;
}

export interface DocumentBitmap {
  readonly bits: Uint32Array;
  /** Number of documents of the segment. */
  readonly documents: number;
}

export function selectionSize(selection: Selection): number {
  return selection.bits === undefined ? selection.count : countBits(selection.bits, wordsFor(selection.documents));
}

/** Returns the selected documents that are in all of these bitmaps. */
export function intersectSelection(selection: Selection, sets: readonly Uint32Array[], scratch: Scratch): Selection {
  if (sets.length === 0) return selection;
  if (selection.bits === undefined)
    return filterSelection(selection, (doc) => sets.every((set) => hasBit(set, doc)), scratch);
  const words = wordsFor(selection.documents);
  const bits = scratch.bitmap(selection.documents);
  bits.set(selection.bits.subarray(0, words));
  for (const set of sets) intersectInto(bits, set, 0, words);
  return { bits, documents: selection.documents };
}

/** Returns the selected documents that satisfy the predicate. */
export function filterSelection(selection: Selection, holds: (doc: number) => boolean, scratch: Scratch): Selection {
  return runToCompletion(filterSelectionInSteps(selection, holds, scratch));
}

/** Filters like {@link filterSelection}, but in steps, for predicates that can be slow. */
export function* filterSelectionInSteps(
  selection: Selection,
  holds: (doc: number) => boolean,
  scratch: Scratch,
): CooperativeTask<Selection> {
  if (selection.bits === undefined) {
    const { docs, sums, count } = selection;
    const result = { docs: scratch.numbers(), sums: scratch.sums(), count: 0 };
    for (let i = 0; i < count; i++) {
      if (i % DOCUMENTS_PER_FILTER_STEP === 0 && i > 0) yield;
      if (!holds(docs[i])) continue;
      result.docs[result.count] = docs[i];
      result.sums[result.count++] = sums[i];
    }
    return result;
  }
  const bits = scratch.bitmap(selection.documents);
  const words = wordsFor(selection.documents);
  for (let from = 0; from < words; from += DOCUMENTS_PER_FILTER_STEP / 32) {
    if (from > 0) yield;
    selectBits(selection.bits, from, Math.min(words, from + DOCUMENTS_PER_FILTER_STEP / 32), holds, bits);
  }
  return { bits, documents: selection.documents };
}

function selectBits(
  from: Uint32Array,
  firstWord: number,
  end: number,
  holds: (doc: number) => boolean,
  into: Uint32Array,
): void {
  for (let word = firstWord; word < end; word++) {
    for (let rest = from[word]; rest !== 0; rest &= rest - 1) {
      const doc = (word << 5) + 31 - Math.clz32(rest & -rest);
      if (holds(doc)) setBit(into, doc);
    }
  }
}

/** Returns the numbers of the selected documents, ascending. */
export function listDocuments(selection: Selection, scratch: Scratch): { docs: Uint32Array; count: number } {
  if (selection.bits === undefined) return selection;
  const docs = scratch.numbers();
  return { docs, count: listBits(selection.bits, wordsFor(selection.documents), docs) };
}
