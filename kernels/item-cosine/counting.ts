/** Co-occurrence counting: masks by bit-sliced counters, lists one by one. */

/**
 * Counts the items of the sets of `holders` from `from` to `end` that precede the current item, in `used` lanes of the
 * masks.
 */
export function countSets(
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
      incrementListed(<usize>load<u32>(entry) + mask, <usize>load<u32>(entry, 4), counters);
  }
  for (let lane: usize = 0; lane < used; lane++)
    digitsToCounters(digits + (lane << 8), 32 - clz(<i32>((end - from) >> 3)), counters + (lane << 8));
}

function recordAt(entry: usize, end: usize, blank: usize): usize {
  return entry < end ? <usize>load<u32>(entry) : blank;
}

/**
 * Adds eight masks to bit-sliced counters. A carry-save adder turns three bits into the low and the high bit of their
 * sum.
 */
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

/** Returns the majority of each three bits. */
function carry(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c));
}

/** Converts the digits of 128 items to u16 counters, and resets the digits to 0. */
function digitsToCounters(digits: usize, count: i32, counters: usize): void {
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

function incrementListed(begin: usize, end: usize, counters: usize): void {
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

/** Adds the counters of all j < i to the wide counters, and resets them to 0. */
export function widen(i: i32, counters: usize, wide: usize): void {
  for (let j: usize = 0; j < <usize>i; j++) {
    store<i32>(wide + (j << 2), load<i32>(wide + (j << 2)) + <i32>load<u16>(counters + (j << 1)));
    store<u16>(counters + (j << 1), 0);
  }
}
