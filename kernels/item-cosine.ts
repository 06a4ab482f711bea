/**
 * The k nearest items of each item by cosine over binary sets. Items are numbered by descending popularity.
 * Co-occurrence counts use two methods, depending on the number of the other item:
 * - The `lanes` · 128 most popular items are stored in each set's record as a bit mask. All bits of a mask are added
 *   together, in bit-sliced counters (Harley and Seal's carry-save adders: Muła, Kurz, Lemire, The Computer Journal 61(1),
 *   2018). This costs about two instructions per set for sixteen items.
 * - The other items follow the mask as an ascending u16 list and are counted one by one. The most popular of them come
 *   first, so that the most frequently used counters are adjacent.
 *
 * item-cosine/records.ts builds records from sets, counting.ts counts, and heaps.ts selects the nearest items. This
 * file distributes the work over threads and merges the results.
 */
import { countSets, widen } from './item-cosine/counting';
import { OPEN_HEAP_BOUND, move, offer, offerNear, offerWide, siftDown } from './item-cosine/heaps';
import { CLAIM_SIZE } from './item-cosine/records';

export { arrange, index } from './item-cosine/records';

/** Number of sets counted before the counters are added to wider ones: the largest multiple of 8 that 16 bits hold. */
const MAX_SETS: usize = 65_528;

/**
 * Counts items i against all j < i, until no item is left. Each pair is counted once and offered to both items.
 * @param next the first item that no thread has claimed, i32
 * @param itemStarts items + 1 offsets into `holders`, i32
 * @param holders see {@link index}
 * @param blank lanes · 16 bytes of 0
 * @param digits scratch memory of lanes · 16 · 16 bytes, all 0
 * @param counters items u16 and 16 bytes, all 0
 * @param wide items i32, all 0
 * @param roots √n by item, f64
 * @param floatRoots the same values in f32, followed by 32 bytes
 * @param names by item: the tie-breaker, of which the smaller value wins, i32
 * @param sizes, heapItems, heapScores by item: the number of retained items (i32), and a min-heap of up to k of them
 *   (i32, f64)
 * @param bounds memory by item, f32, followed by 32 bytes: slightly below the lowest score of a full heap
 */
export function neighbours(
  items: i32,
  next: usize,
  itemStarts: usize,
  holders: usize,
  lanes: usize,
  blank: usize,
  digits: usize,
  counters: usize,
  wide: usize,
  roots: usize,
  floatRoots: usize,
  shrink: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  bounds: usize,
): void {
  for (let i: usize = 0; i < <usize>items; i++) store<f32>(bounds + (i << 2), OPEN_HEAP_BOUND);
  for (;;) {
    const from = atomic.add<i32>(next, CLAIM_SIZE);
    if (from >= items) return;
    for (let i = from; i < min(items, from + CLAIM_SIZE); i++) {
      const used = min(lanes, ((<usize>i) >> 7) + 1);
      let at = holders + ((<usize>load<i32>(itemStarts + ((<usize>i) << 2))) << 3);
      const last = holders + ((<usize>load<i32>(itemStarts + ((<usize>i) << 2), 4)) << 3);
      if (last - at > MAX_SETS << 3) {
        for (; at < last; at += MAX_SETS << 3) {
          countSets(at, min(last, at + (MAX_SETS << 3)), lanes, used, blank, digits, counters);
          widen(i, counters, wide);
        }
        offerWide(i, wide, roots, shrink, names, k, sizes, heapItems, heapScores, bounds);
      } else {
        countSets(at, last, lanes, used, blank, digits, counters);
        offerNear(i, counters, roots, floatRoots, shrink, names, k, sizes, heapItems, heapScores, bounds);
      }
    }
  }
}

/** Offers the results of another part to the heaps of the first part. */
export function merge(
  items: i32,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  bounds: usize,
  otherSizes: usize,
  otherItems: usize,
  otherScores: usize,
): void {
  for (let i = 0; i < items; i++) {
    const from = <usize>i * <usize>k;
    const to = from + <usize>load<i32>(otherSizes + ((<usize>i) << 2));
    for (let at = from; at < to; at++)
      offer(
        i,
        load<i32>(otherItems + (at << 2)),
        load<f64>(otherScores + (at << 3)),
        names,
        k,
        sizes,
        heapItems,
        heapScores,
        bounds,
      );
  }
}

/** Sorts the retained items of each item, best first. */
export function sort(items: i32, names: usize, k: i32, sizes: usize, heapItems: usize, heapScores: usize): void {
  for (let i = 0; i < items; i++) {
    const best = heapItems + ((<usize>i * <usize>k) << 2);
    const scores = heapScores + ((<usize>i * <usize>k) << 3);
    // Heap sort: the worst remaining item moves to the end.
    for (let last = load<i32>(sizes + ((<usize>i) << 2)) - 1; last > 0; last--) {
      const item = load<i32>(best + ((<usize>last) << 2));
      const score = load<f64>(scores + ((<usize>last) << 3));
      move(0, last, best, scores);
      siftDown(last, item, score, names, best, scores);
    }
  }
}
