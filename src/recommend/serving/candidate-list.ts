import type { IdTable } from '../../learn/id-table';
import { compareIds } from '../../live-state/history';

/** A list of scored products. `at` is a position in the list, from 0 to `size` − 1. */
export interface CandidateList {
  readonly size: number;
  readonly scores: ArrayLike<number>;
  /** Returns the index in the shop's product table; −1 for a product without events. */
  productAt(at: number): number;
  idAt(at: number): string;
}

/** Returns a list of products that are all in the shop's table. */
export function listOfIndexes(
  table: IdTable,
  products: ArrayLike<number>,
  scores: ArrayLike<number>,
  size = products.length,
): CandidateList {
  return { size, scores, productAt: (at) => products[at], idAt: (at) => table.idAt(products[at]) };
}

/** Returns a list of products that may be missing from the shop's table because they have no events. */
export function listOfIds(table: IdTable, ids: readonly string[], scores: ArrayLike<number>): CandidateList {
  return { size: ids.length, scores, productAt: (at) => table.indexOf(ids[at]), idAt: (at) => ids[at] };
}

/**
 * Selects the best products of a list in one pass, best first. Products with equal scores are sorted by id. `passes` is
 * not called for a product whose score is too low to be selected.
 * @param groupOf returns a product's group; of each group only the best product that passes is selected
 * @returns positions in the list, at most `wanted`
 */
export function pickBest(
  list: CandidateList,
  wanted: number,
  passes: (productId: string) => boolean,
  groupOf?: (productId: string) => string | null,
): number[] {
  const { scores, size } = list;
  const heap: number[] = [];
  /** For each group: the list position of its candidate that is in the heap. */
  const bestByGroup = new Map<string, number>();
  const isWorse = (a: number, b: number): boolean =>
    scores[a] < scores[b] || (scores[a] === scores[b] && compareIds(list.idAt(a), list.idAt(b)) > 0);
  /** The score of the worst candidate in a full heap. */
  let floor = -Infinity;
  for (let at = 0; at < size && wanted > 0; at++) {
    if (scores[at] < floor || (heap.length === wanted && !isWorse(heap[0], at))) continue;
    const productId = list.idAt(at);
    const group = groupOf?.(productId) ?? null;
    const variant = group === null ? undefined : bestByGroup.get(group);
    if (variant !== undefined && !isWorse(variant, at)) continue;
    if (!passes(productId)) continue;
    if (variant !== undefined) siftDown(heap, heap.indexOf(variant), at, isWorse);
    else if (heap.length < wanted) siftUp(heap, at, isWorse);
    else {
      const dropped = bestByGroup.size === 0 ? null : groupOf?.(list.idAt(heap[0]));
      if (dropped != null) bestByGroup.delete(dropped);
      siftDown(heap, 0, at, isWorse);
    }
    if (group !== null) bestByGroup.set(group, at);
    if (heap.length === wanted) floor = scores[heap[0]];
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}

type Worse = (a: number, b: number) => boolean;

/** Adds an element to a heap whose root is the worst element. */
function siftUp(heap: number[], added: number, isWorse: Worse): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(added, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = added;
}

/** Replaces the element at `from` of the heap by the better element `added`. */
function siftDown(heap: number[], from: number, added: number, isWorse: Worse): void {
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isWorse(heap[child + 1], heap[child])) child++;
    if (!isWorse(heap[child], added)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = added;
}
