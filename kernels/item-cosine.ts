/**
 * The k nearest items of each item by cosine over binary sets. Items are numbered by falling popularity. What two of them
 * have in common is counted in two ways, by the other's number:
 * - the most popular, `lanes` · 128 of them, stand in each set's record as a mask of bits. Masks are added up all bits at a
 *   time in counters that are sliced by binary digit (Harley and Seal's carry-save adders: Muła, Kurz, Lemire, The Computer
 *   Journal 61(1), 2018), at some two instructions a set for sixteen items;
 * - the rest stand behind the mask as a list, ascending, u16, and are counted one by one: the most popular of them first, so
 *   that the counters which are hit most lie together.
 */

/** Binary digits of a count before it is taken over into counters of 32 bits. */
const DIGITS: usize = 16;
/** Sets counted before that: the largest multiple of 8 that 16 digits hold. */
const MOST_SETS: usize = 65_528;
/** Items, or sets, that a thread takes at a time. */
const TAKEN: i32 = 8;
/** What is left of a bound in f32 once far more is taken off than rounding may have added. */
const SLACK: f64 = 1 - 1e-5;
/** The bound of a heap that takes anything: more than nothing in common. */
const ANYTHING: f32 = 1e-30;

/**
 * Writes the records of sets until none is left.
 * @param next the first set that nobody has taken, i32
 * @param setStarts sets + 1 offsets into `members`, i32
 * @param members items of each set in any order, i32
 * @param numbers by item, its number, i32
 * @param records by set, the address of its record: mask and list, i32
 * @param bits room for a bit for each item and 16 bytes, a thread's own, all 0; they are 0 again afterwards
 */
export function arrange(
  sets: i32,
  next: usize,
  items: i32,
  setStarts: usize,
  members: usize,
  numbers: usize,
  lanes: usize,
  records: usize,
  bits: usize,
): void {
  const words = bits + (((<usize>items + 63) >> 6) << 3);
  for (;;) {
    const from = atomic.add<i32>(next, TAKEN);
    if (from >= sets) return;
    for (let set = from; set < min(sets, from + TAKEN); set++) {
      const end = members + ((<usize>load<i32>(setStarts + ((<usize>set) << 2), 4)) << 2);
      for (let at = members + ((<usize>load<i32>(setStarts + ((<usize>set) << 2))) << 2); at < end; at += 4) {
        const number = load<i32>(numbers + ((<usize>load<i32>(at)) << 2));
        const word = bits + (((<usize>number) >> 6) << 3);
        store<u64>(word, load<u64>(word) | ((<u64>1) << (number & 63)));
      }
      const record = <usize>load<u32>(records + ((<usize>set) << 2));
      memory.copy(record, bits, lanes << 4);
      memory.fill(bits, 0, lanes << 4);
      let to = record + (lanes << 4);
      for (let word = bits + (lanes << 4); word < words; word += 8) {
        let left = load<u64>(word);
        if (left == 0) continue;
        store<u64>(word, 0);
        for (const first = (word - bits) << 3; left != 0; left &= left - 1, to += 2)
          store<u16>(to, <u16>(first + <usize>ctz(left)));
      }
    }
  }
}

/**
 * Tells items who holds them: for each, its sets' records, and where the item stands in each (or where the list begins, for
 * an item in the mask).
 * @param next by item, the offset in `holders` of its next entry, i32; ends at the following item's
 * @param holders entries of two addresses, i32
 */
export function index(
  sets: i32,
  setStarts: usize,
  members: usize,
  numbers: usize,
  lanes: usize,
  records: usize,
  next: usize,
  holders: usize,
): void {
  const masked = <i32>(lanes << 7);
  for (let set: usize = 0; set < <usize>sets; set++) {
    const record = load<u32>(records + (set << 2));
    const list = record + <u32>(lanes << 4);
    const end = members + ((<usize>load<i32>(setStarts + (set << 2), 4)) << 2);
    let cold: usize = list;
    for (let at = members + ((<usize>load<i32>(setStarts + (set << 2))) << 2); at < end; at += 4) {
      const number = load<i32>(numbers + ((<usize>load<i32>(at)) << 2));
      if (number < masked) enter(number, record, list, next, holders);
      else {
        enter(<i32>load<u16>(cold), record, <u32>cold, next, holders);
        cold += 2;
      }
    }
  }
}

function enter(item: i32, record: u32, place: u32, next: usize, holders: usize): void {
  const nextAt = next + ((<usize>item) << 2);
  const entry = load<i32>(nextAt);
  store<i32>(nextAt, entry + 1);
  store<u64>(holders + ((<usize>entry) << 3), ((<u64>place) << 32) | (<u64>record));
}

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
      if (last - at > MOST_SETS << 3) {
        for (; at < last; at += MOST_SETS << 3) {
          countSets(at, min(last, at + (MOST_SETS << 3)), lanes, used, blank, digits, counters);
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

/** Adds up what the sets of `holders` from … end have before the item in question, in `used` lanes of their masks. */
function countSets(
  from: usize,
  end: usize,
  lanes: usize,
  used: usize,
  blank: usize,
  digits: usize,
  counters: usize,
): void {
  const mask = lanes << 4;
  for (let at = from; at < end; at += 64) {
    const a = recordAt(at, end, blank);
    const b = recordAt(at + 8, end, blank);
    const c = recordAt(at + 16, end, blank);
    const d = recordAt(at + 24, end, blank);
    const e = recordAt(at + 32, end, blank);
    const f = recordAt(at + 40, end, blank);
    const g = recordAt(at + 48, end, blank);
    const h = recordAt(at + 56, end, blank);
    for (let lane: usize = 0; lane < used << 4; lane += 16)
      addEight(a + lane, b + lane, c + lane, d + lane, e + lane, f + lane, g + lane, h + lane, digits + (lane << 4));
    for (let entry = at; entry < min(end, at + 64); entry += 8)
      countUp(<usize>load<u32>(entry) + mask, <usize>load<u32>(entry, 4), counters);
  }
  for (let lane: usize = 0; lane < used; lane++)
    takeOver(digits + (lane << 8), 32 - clz(<i32>((end - from) >> 3)), counters + (lane << 8));
}

function recordAt(entry: usize, end: usize, blank: usize): usize {
  return entry < end ? <usize>load<u32>(entry) : blank;
}

/** Adds eight masks to sliced counters. Carry-save adders: of three bits, the lower digit of their sum and the higher. */
function addEight(a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, digits: usize): void {
  let ones = v128.load(digits);
  let twos = v128.load(digits, 16);
  let fours = v128.load(digits, 32);
  let x = v128.load(a);
  let y = v128.load(b);
  const twosA = carry(ones, x, y);
  ones = v128.xor(v128.xor(ones, x), y);
  x = v128.load(c);
  y = v128.load(d);
  const twosB = carry(ones, x, y);
  ones = v128.xor(v128.xor(ones, x), y);
  const foursA = carry(twos, twosA, twosB);
  twos = v128.xor(v128.xor(twos, twosA), twosB);
  x = v128.load(e);
  y = v128.load(f);
  const twosC = carry(ones, x, y);
  ones = v128.xor(v128.xor(ones, x), y);
  x = v128.load(g);
  y = v128.load(h);
  const twosD = carry(ones, x, y);
  v128.store(digits, v128.xor(v128.xor(ones, x), y));
  const foursB = carry(twos, twosC, twosD);
  v128.store(digits, v128.xor(v128.xor(twos, twosC), twosD), 16);
  let carried = carry(fours, foursA, foursB);
  v128.store(digits, v128.xor(v128.xor(fours, foursA), foursB), 32);
  for (let digit = digits + 48; v128.any_true(carried); digit += 16) {
    const was = v128.load(digit);
    v128.store(digit, v128.xor(was, carried));
    carried = v128.and(was, carried);
  }
}

/** The majority of each three bits. */
function carry(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c));
}

/** Sets the counters of 128 items, u16, from their digits, which become 0. */
function takeOver(digits: usize, count: i32, counters: usize): void {
  const places = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  for (let eight: usize = 0; eight < 16; eight++) {
    let sum = i16x8.splat(0);
    for (let digit = 0; digit < count; digit++) {
      const bits = v128.and(v128.load8_splat(digits + ((<usize>digit) << 4) + eight), places);
      sum = v128.or(sum, v128.and(i16x8.eq(bits, places), i16x8.shl(i16x8.splat(1), digit)));
    }
    v128.store(counters + (eight << 4), sum);
  }
  memory.fill(digits, 0, (<usize>count) << 4);
}

function countUp(begin: usize, end: usize, counters: usize): void {
  let at = begin;
  for (; at + 8 <= end; at += 8) {
    const a = counters + ((<usize>load<u16>(at)) << 1);
    const b = counters + ((<usize>load<u16>(at, 2)) << 1);
    const c = counters + ((<usize>load<u16>(at, 4)) << 1);
    const d = counters + ((<usize>load<u16>(at, 6)) << 1);
    // The members of a set are distinct, so these are four different counters.
    const a1 = load<u16>(a) + 1;
    const b1 = load<u16>(b) + 1;
    const c1 = load<u16>(c) + 1;
    const d1 = load<u16>(d) + 1;
    store<u16>(a, a1);
    store<u16>(b, b1);
    store<u16>(c, c1);
    store<u16>(d, d1);
  }
  for (; at < end; at += 2) {
    const a = counters + ((<usize>load<u16>(at)) << 1);
    store<u16>(a, load<u16>(a) + 1);
  }
}

/** Moves the counters of all j < i over into wide ones. */
function widen(i: i32, counters: usize, wide: usize): void {
  for (let j: usize = 0; j < <usize>i; j++) {
    store<i32>(wide + (j << 2), load<i32>(wide + (j << 2)) + <i32>load<u16>(counters + (j << 1)));
    store<u16>(counters + (j << 1), 0);
  }
}

/** Offers what is counted, and sets it to 0. */
function offerWide(
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

/** Offers what is counted and near enough, and sets the counters to 0. Most pairs are too far, as bounds tell of eight at a time. */
function offerNear(
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

/** Of four pairs, which may be near enough for either heap. */
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

/** Whether a stands behind b: a smaller score, or as large a score and a larger name. */
function worse(itemA: i32, scoreA: f64, itemB: i32, scoreB: f64, names: usize): bool {
  if (scoreA != scoreB) return scoreA < scoreB;
  return load<i32>(names + ((<usize>itemA) << 2)) > load<i32>(names + ((<usize>itemB) << 2));
}
