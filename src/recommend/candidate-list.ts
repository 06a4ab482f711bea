import type { IdTable } from '../learn/id-table';
import { compareIds } from './history';

/** Products on their way through the pipeline, with their scores. */
export interface CandidateList {
  readonly size: number;
  readonly scores: ArrayLike<number>;
  /** Index in the shop's table; −1 for one without any event. */
  productAt(at: number): number;
  idAt(at: number): string;
}

/** A list of products that the shop's table has. */
export function listOfIndexes(
  table: IdTable,
  products: ArrayLike<number>,
  scores: ArrayLike<number>,
  size = products.length,
): CandidateList {
  return { size, scores, productAt: (at) => products[at], idAt: (at) => table.idAt(products[at]) };
}

/** A list of products that the shop's table may lack. */
export function listOfIds(table: IdTable, ids: readonly string[], scores: ArrayLike<number>): CandidateList {
  return { size: ids.length, scores, productAt: (at) => table.indexOf(ids[at]), idAt: (at) => ids[at] };
}

/**
 * The best of a list, best first; equal scores by id. What can't be among them is never asked whether it passes.
 * @returns places in the list, at most `wanted`
 */
export function pickBest(list: CandidateList, wanted: number, passes: (productId: string) => boolean): number[] {
  const { scores, size } = list;
  const heap: number[] = [];
  const isWorse = (a: number, b: number): boolean =>
    scores[a] < scores[b] || (scores[a] === scores[b] && compareIds(list.idAt(a), list.idAt(b)) > 0);
  for (let at = 0; at < size && wanted > 0; at++) {
    if (heap.length === wanted && !isWorse(heap[0], at)) continue;
    if (!passes(list.idAt(at))) continue;
    if (heap.length < wanted) siftUp(heap, at, isWorse);
    else siftDown(heap, at, isWorse);
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}

type Worse = (a: number, b: number) => boolean;

/** Adds to a heap whose root is the worst. */
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

/** Puts another in the place of the root. */
function siftDown(heap: number[], added: number, isWorse: Worse): void {
  let at = 0;
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
