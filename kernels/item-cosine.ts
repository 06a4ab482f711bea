/**
 * The k nearest items of each item by cosine over binary sets. Items are numbered by falling popularity, so that the
 * counters which are hit most lie together.
 */

/**
 * Item i against all j < i, for i = part, part + parts, …: what two items have in common is counted once, and offered to
 * both.
 * @param itemStarts items + 1 offsets into `entries` and `sets`, i32
 * @param entries for each set that holds the item: where the item stands in `members`, i32
 * @param setStarts offsets into `members` by set, i32
 * @param members items of each set, ascending, u16
 * @param counters items i32, all 0; they are 0 again afterwards
 * @param roots √n by item, f64
 * @param names by item, what settles a tie: the smaller is kept, i32
 * @param sizes, heapItems, heapScores by item: how many are kept (i32), and a min-heap of up to k of them (i32, f64)
 * @param least by item, the smallest of a full heap, else 0, f64
 */
export function neighbours(
  items: i32,
  part: i32,
  parts: i32,
  itemStarts: usize,
  entries: usize,
  sets: usize,
  setStarts: usize,
  members: usize,
  counters: usize,
  roots: usize,
  shrink: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  least: usize,
): void {
  for (let i = part; i < items; i += parts) {
    const last = <usize>load<i32>(itemStarts + ((<usize>i) << 2), 4);
    for (let at = <usize>load<i32>(itemStarts + ((<usize>i) << 2)); at < last; at++) {
      const end = members + ((<usize>load<i32>(entries + (at << 2))) << 1);
      const begin = members + ((<usize>load<i32>(setStarts + ((<usize>load<i32>(sets + (at << 2))) << 2))) << 1);
      countUp(begin, end, counters);
    }
    const root = load<f64>(roots + ((<usize>i) << 3));
    for (let from = 0; from < i; from += 4) {
      const four = counters + ((<usize>from) << 2);
      if (!v128.any_true(v128.load(four))) continue;
      for (let j = from; j < min(i, from + 4); j++) {
        const count = load<i32>(counters + ((<usize>j) << 2));
        if (count == 0) continue;
        const norm = root * load<f64>(roots + ((<usize>j) << 3)) + shrink;
        // Most are too far from both to be kept, which needs no division; the slack leaves ties to the heaps.
        const needed = min(load<f64>(least + ((<usize>i) << 3)), load<f64>(least + ((<usize>j) << 3)));
        if (<f64>count < needed * norm * (1 - 1e-9)) continue;
        const score = <f64>count / norm;
        offer(i, j, score, names, k, sizes, heapItems, heapScores, least);
        offer(j, i, score, names, k, sizes, heapItems, heapScores, least);
      }
      v128.store(four, i32x4.splat(0));
    }
  }
}

function countUp(begin: usize, end: usize, counters: usize): void {
  let at = begin;
  for (; at + 8 <= end; at += 8) {
    const a = counters + ((<usize>load<u16>(at)) << 2);
    const b = counters + ((<usize>load<u16>(at, 2)) << 2);
    const c = counters + ((<usize>load<u16>(at, 4)) << 2);
    const d = counters + ((<usize>load<u16>(at, 6)) << 2);
    // The members of a set are distinct, so these are four different counters.
    const a1 = load<i32>(a) + 1;
    const b1 = load<i32>(b) + 1;
    const c1 = load<i32>(c) + 1;
    const d1 = load<i32>(d) + 1;
    store<i32>(a, a1);
    store<i32>(b, b1);
    store<i32>(c, c1);
    store<i32>(d, d1);
  }
  for (; at < end; at += 2) {
    const a = counters + ((<usize>load<u16>(at)) << 2);
    store<i32>(a, load<i32>(a) + 1);
  }
}

/** Offers `item` to the heap of `owner`, whose worst is on top. */
function offer(
  owner: i32,
  item: i32,
  score: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  least: usize,
): void {
  const items = heapItems + ((<usize>owner * <usize>k) << 2);
  const scores = heapScores + ((<usize>owner * <usize>k) << 3);
  const sizeAt = sizes + ((<usize>owner) << 2);
  const size = load<i32>(sizeAt);
  if (size < k) {
    store<i32>(sizeAt, size + 1);
    siftUp(size, item, score, names, items, scores);
    if (size + 1 < k) return;
  } else if (score >= load<f64>(scores) && worse(load<i32>(items), load<f64>(scores), item, score, names)) {
    siftDown(k, item, score, names, items, scores);
  } else return;
  store<f64>(least + ((<usize>owner) << 3), load<f64>(scores));
}

/** Puts an item in place `at`, or above. */
function siftUp(at: usize, item: i32, score: f64, names: usize, items: usize, scores: usize): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!worse(item, score, load<i32>(items + (parent << 2)), load<f64>(scores + (parent << 3)), names)) break;
    move(parent, at, items, scores);
    at = parent;
  }
  store<i32>(items + (at << 2), item);
  store<f64>(scores + (at << 3), score);
}

/** Puts an item in the place of the top, or below. */
function siftDown(size: usize, item: i32, score: f64, names: usize, items: usize, scores: usize): void {
  let at: usize = 0;
  for (;;) {
    let child: usize = 2 * at + 1;
    if (child >= size) break;
    const right = child + 1;
    if (
      right < size &&
      worse(
        load<i32>(items + (right << 2)),
        load<f64>(scores + (right << 3)),
        load<i32>(items + (child << 2)),
        load<f64>(scores + (child << 3)),
        names,
      )
    )
      child = right;
    if (!worse(load<i32>(items + (child << 2)), load<f64>(scores + (child << 3)), item, score, names)) break;
    move(child, at, items, scores);
    at = child;
  }
  store<i32>(items + (at << 2), item);
  store<f64>(scores + (at << 3), score);
}

function move(from: usize, to: usize, items: usize, scores: usize): void {
  store<i32>(items + (to << 2), load<i32>(items + (from << 2)));
  store<f64>(scores + (to << 3), load<f64>(scores + (from << 3)));
}

/** Offers what another part has kept to the heaps of the first. */
export function merge(
  items: i32,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  least: usize,
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
        least,
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

/** Whether a stands behind b: a smaller score, or as large a score and a larger name. */
function worse(itemA: i32, scoreA: f64, itemB: i32, scoreB: f64, names: usize): bool {
  if (scoreA != scoreB) return scoreA < scoreB;
  return load<i32>(names + ((<usize>itemA) << 2)) > load<i32>(names + ((<usize>itemB) << 2));
}
