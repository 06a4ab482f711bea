/**
 * The k nearest items of each item by cosine over binary sets. Items are numbered by falling popularity. What two of them
 * have in common is counted in two ways, by the other's number:
 * - the most popular, `lanes` · 128 of them, stand in each set's record as a mask of bits. Masks are added up all bits at a
 *   time in counters that are sliced by binary digit (Harley and Seal's carry-save adders: Muła, Kurz, Lemire, The Computer
 *   Journal 61(1), 2018), at some two instructions a set for sixteen items;
 * - the rest stand behind the mask as a list, ascending, u16, and are counted one by one: the most popular of them first, so
 *   that the counters which are hit most lie together.
 *
 * How sets become records is in item-cosine/records.ts, how they are counted in counting.ts, what is kept in heaps.ts; here, how
 * threads share the work out and put it together.
 */
import { countSets, widen } from './item-cosine/counting';
import { ANYTHING, move, offer, offerNear, offerWide, siftDown } from './item-cosine/heaps';
import { TAKEN } from './item-cosine/records';

export { arrange, index } from './item-cosine/records';

/** Sets counted before the counters are taken over into wider ones: the largest multiple of 8 that 16 binary digits hold. */
const MAX_SETS: usize = 65_528;

/**
 * Items i against all j < i, until none is left: what two items have in common is counted once, and offered to both.
 * @param next the first item that nobody has taken, i32
 * @param itemStarts items + 1 offsets into `holders`, i32
 * @param holders see {@link index}
 * @param blank lanes · 16 bytes of 0
 * @param digits room for lanes · 16 · 16 bytes, all 0
 * @param counters items u16 and 16 bytes, all 0
 * @param wide items i32, all 0
 * @param roots √n by item, f64
 * @param floatRoots the same, f32, and 32 bytes
 * @param names by item, what settles a tie: the smaller is kept, i32
 * @param sizes, heapItems, heapScores by item: how many are kept (i32), and a min-heap of up to k of them (i32, f64)
 * @param bounds room by item, f32, and 32 bytes: a little less than the least of a full heap
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
  for (let i: usize = 0; i < <usize>items; i++) store<f32>(bounds + (i << 2), ANYTHING);
  for (;;) {
    const from = atomic.add<i32>(next, TAKEN);
    if (from >= items) return;
    for (let i = from; i < min(items, from + TAKEN); i++) {
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

/** Offers what another part has kept to the heaps of the first. */
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

/** Sorts what was kept for each item, best first. */
export function sort(items: i32, names: usize, k: i32, sizes: usize, heapItems: usize, heapScores: usize): void {
  for (let i = 0; i < items; i++) {
    const kept = heapItems + ((<usize>i * <usize>k) << 2);
    const scores = heapScores + ((<usize>i * <usize>k) << 3);
    // The worst goes to the end, and so on.
    for (let last = load<i32>(sizes + ((<usize>i) << 2)) - 1; last > 0; last--) {
      const item = load<i32>(kept + ((<usize>last) << 2));
      const score = load<f64>(scores + ((<usize>last) << 3));
      move(0, last, kept, scores);
      siftDown(last, item, score, names, kept, scores);
    }
  }
}
