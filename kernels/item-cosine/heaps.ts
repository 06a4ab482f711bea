/** Offers pairs to the heaps of both items, and skips pairs below the bounds. */

/** Factor that lowers an f32 bound by much more than its possible rounding error. */
const SLACK: f64 = 1 - 1e-5;

/** The bound of a heap that is not full: accepts every pair with a count above 0. */
export const OPEN_HEAP_BOUND: f32 = 1e-30;

/** Offers all counted pairs, and resets the counters to 0. */
export function offerWide(
  i: i32,
  wide: usize,
  roots: usize,
  shrink: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  bounds: usize,
): void {
  for (let j = 0; j < i; j++) {
    const count = load<i32>(wide + ((<usize>j) << 2));
    store<i32>(wide + ((<usize>j) << 2), 0);
    if (count > 0) offerBoth(i, j, count, roots, shrink, names, k, sizes, heapItems, heapScores, bounds);
  }
}

/**
 * Offers the counted pairs that are near enough, and resets the counters to 0. Most pairs are too far; the bounds
 * reject eight pairs at a time.
 */
export function offerNear(
  i: i32,
  counters: usize,
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
  const root = f32x4.splat(load<f32>(floatRoots + ((<usize>i) << 2)));
  const shrunk = f32x4.splat(<f32>shrink);
  for (let j = 0; j < i; j += 8) {
    const eight = counters + ((<usize>j) << 1);
    const counts = v128.load(eight);
    if (!v128.any_true(counts)) continue;
    const bound = v128.load32_splat(bounds + ((<usize>i) << 2));
    const rootsAt = floatRoots + ((<usize>j) << 2);
    const boundsAt = bounds + ((<usize>j) << 2);
    const low = isNear(i32x4.extend_low_i16x8_u(counts), root, rootsAt, shrunk, bound, boundsAt);
    const high = isNear(i32x4.extend_high_i16x8_u(counts), root, rootsAt + 16, shrunk, bound, boundsAt + 16);
    for (let near = i32x4.bitmask(low) | (i32x4.bitmask(high) << 4); near != 0; near &= near - 1) {
      const other = j + ctz(near);
      if (other >= i) break;
      const count = <i32>load<u16>(counters + ((<usize>other) << 1));
      offerBoth(i, other, count, roots, shrink, names, k, sizes, heapItems, heapScores, bounds);
    }
    v128.store(eight, i16x8.splat(0));
  }
}

/** Returns which of four pairs may be near enough for either heap. */
function isNear(counts: v128, root: v128, roots: usize, shrink: v128, bound: v128, bounds: usize): v128 {
  const norm = f32x4.add(f32x4.mul(root, v128.load(roots)), shrink);
  return f32x4.ge(f32x4.convert_i32x4_s(counts), f32x4.mul(f32x4.min(bound, v128.load(bounds)), norm));
}

function offerBoth(
  i: i32,
  j: i32,
  count: i32,
  roots: usize,
  shrink: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  bounds: usize,
): void {
  const norm = load<f64>(roots + ((<usize>i) << 3)) * load<f64>(roots + ((<usize>j) << 3)) + shrink;
  const score = <f64>count / norm;
  offer(i, j, score, names, k, sizes, heapItems, heapScores, bounds);
  offer(j, i, score, names, k, sizes, heapItems, heapScores, bounds);
}

/** Offers `item` to the heap of `owner`, whose worst item is on top. */
export function offer(
  owner: i32,
  item: i32,
  score: f64,
  names: usize,
  k: i32,
  sizes: usize,
  heapItems: usize,
  heapScores: usize,
  bounds: usize,
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
  store<f32>(bounds + ((<usize>owner) << 2), <f32>(load<f64>(scores) * SLACK));
}

/** Inserts an item at `at`, or above. */
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

/** Replaces the top by an item, and moves it down. */
export function siftDown(size: usize, item: i32, score: f64, names: usize, items: usize, scores: usize): void {
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

export function move(from: usize, to: usize, items: usize, scores: usize): void {
  store<i32>(items + (to << 2), load<i32>(items + (from << 2)));
  store<f64>(scores + (to << 3), load<f64>(scores + (from << 3)));
}

/** Whether a ranks below b: a lower score, or an equal score and a larger name. */
function worse(itemA: i32, scoreA: f64, itemB: i32, scoreB: f64, names: usize): bool {
  if (scoreA != scoreB) return scoreA < scoreB;
  return load<i32>(names + ((<usize>itemA) << 2)) > load<i32>(names + ((<usize>itemB) << 2));
}
