/**
 * One half of an iALS epoch, f32, 128-bit SIMD: for each row u of X, three steps of conjugate gradients on (G + Σ y yᵀ
 * + λ_u I) x = Σ y, summed over the rows y of Y in u's history (Hu, Koren, Volinsky, ICDM 2008; conjugate gradients:
 * Takács, Pilászy, Tikk, RecSys 2011). Factors are row-major; their number `d` is a multiple of 4. Addresses are
 * multiples of 16.
 */

/** Number of rows that are summed in f32 before the sum is added in f64. */
const CHUNK: i32 = 256;
/** Number of rows that a thread claims at a time. */
const CLAIM_SIZE: i32 = 16;

/**
 * G ← α YᵀY, for one part of its d rows: from (d / 4 · part / parts) · 4 up to the first row of the next part.
 * @param sums scratch memory for d × d f64
 */
export function gram(y: usize, rows: i32, d: i32, alpha: f64, g: usize, sums: usize, part: i32, parts: i32): void {
  const width = (<usize>d) << 2;
  const first = (<usize>(((d >> 2) * part) / parts)) << 4; // as a byte offset in a row of Y
  const end = (<usize>(((d >> 2) * (part + 1)) / parts)) << 4;
  const begin = (first >> 2) * <usize>d;
  const cells = (end >> 2) * <usize>d;
  memory.fill(sums + (begin << 3), 0, (cells - begin) << 3);
  for (let from = 0; from < rows; from += CHUNK) {
    memory.fill(g + (begin << 2), 0, (cells - begin) << 2);
    const last = y + <usize>min(rows, from + CHUNK) * width;
    let row = y + <usize>from * width;
    for (; row + 4 * width <= last; row += 4 * width) addFourOuter(row, width, first, end, g + (begin << 2));
    for (; row < last; row += width) addOuter(row, width, first, end, g + (begin << 2));
    for (let at = begin; at < cells; at++)
      store<f64>(sums + (at << 3), load<f64>(sums + (at << 3)) + <f64>load<f32>(g + (at << 2)));
  }
  for (let at = begin; at < cells; at++) store<f32>(g + (at << 2), <f32>(alpha * load<f64>(sums + (at << 3))));
}

/** Adds rowᵀ row to g, for the rows of g from `first` to `end` (byte offsets in a row). */
function addOuter(row: usize, width: usize, first: usize, end: usize, g: usize): void {
  let to = g;
  for (let i = first; i < end; i += 4) {
    const factor = v128.load32_splat(row + i);
    for (let j: usize = 0; j < width; j += 16, to += 16)
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(factor, v128.load(row + j))));
  }
}

/** Like {@link addOuter} for four consecutive rows, so that g is read and written once instead of four times. */
function addFourOuter(row0: usize, width: usize, first: usize, end: usize, g: usize): void {
  const row1 = row0 + width;
  const row2 = row1 + width;
  const row3 = row2 + width;
  let to = g;
  for (let i = first; i < end; i += 4) {
    const a = v128.load32_splat(row0 + i);
    const b = v128.load32_splat(row1 + i);
    const c = v128.load32_splat(row2 + i);
    const e = v128.load32_splat(row3 + i);
    for (let j: usize = 0; j < width; j += 16, to += 16) {
      const left = f32x4.add(f32x4.mul(a, v128.load(row0 + j)), f32x4.mul(b, v128.load(row1 + j)));
      const right = f32x4.add(f32x4.mul(c, v128.load(row2 + j)), f32x4.mul(e, v128.load(row3 + j)));
      v128.store(to, f32x4.add(v128.load(to), f32x4.add(left, right)));
    }
  }
}

/**
 * Solves rows of X, {@link CLAIM_SIZE} at a time, until none is left. Threads that share `next` share the work. The result
 * of a row does not depend on the thread that computes it.
 * @param starts rows + 1 offsets into `columns`, i32
 * @param columns rows of Y, i32
 * @param lambda, perUnobserved λ_u = lambda · (n_u + perUnobserved)
 * @param room scratch memory for 3 d f32; each thread has its own
 * @param next the first row that no thread has claimed, i32
 */
export function halfEpoch(
  x: usize,
  rows: i32,
  y: usize,
  starts: usize,
  columns: usize,
  g: usize,
  d: i32,
  lambda: f32,
  perUnobserved: f32,
  room: usize,
  next: usize,
): void {
  for (;;) {
    const from = atomic.add<i32>(next, CLAIM_SIZE);
    if (from >= rows) return;
    const to = min(rows, from + CLAIM_SIZE);
    for (let u = from; u < to; u++) solveRow(x, u, y, starts, columns, g, d, lambda, perUnobserved, room);
  }
}

function solveRow(
  x: usize,
  u: i32,
  y: usize,
  starts: usize,
  columns: usize,
  g: usize,
  d: i32,
  lambda: f32,
  perUnobserved: f32,
  room: usize,
): void {
  const width = (<usize>d) << 2;
  const r = room;
  const p = r + width;
  const q = p + width;
  const row = x + <usize>u * width;
  const from = columns + ((<usize>load<i32>(starts + ((<usize>u) << 2))) << 2);
  const to = columns + ((<usize>load<i32>(starts + ((<usize>u) << 2), 4)) << 2);
  const penalty = lambda * (<f32>(<i32>((to - from) >> 2)) + perUnobserved);
  // r = Σ y − A x
  timesGram(g, row, width, penalty, q);
  for (let at: usize = 0; at < width; at += 16) v128.store(r + at, f32x4.neg(v128.load(q + at)));
  addObserved(y, width, from, to, row, 1, -1, r);
  memory.copy(p, r, width);
  let rr = dot(r, r, width);
  for (let step = 0; step < 2 && rr > 1e-20; step++) {
    timesGram(g, p, width, penalty, q);
    addObserved(y, width, from, to, p, 0, 1, q);
    const length = rr / dot(p, q, width);
    const along = f32x4.splat(length);
    for (let at: usize = 0; at < width; at += 16) {
      v128.store(row + at, f32x4.add(v128.load(row + at), f32x4.mul(along, v128.load(p + at))));
      v128.store(r + at, f32x4.sub(v128.load(r + at), f32x4.mul(along, v128.load(q + at))));
    }
    const next = dot(r, r, width);
    const turn = f32x4.splat(next / rr);
    rr = next;
    for (let at: usize = 0; at < width; at += 16)
      v128.store(p + at, f32x4.add(v128.load(r + at), f32x4.mul(turn, v128.load(p + at))));
  }
  if (rr <= 1e-20) return;
  // The third and last step needs no new residual, so only p·A p is computed instead of A p.
  timesGram(g, p, width, penalty, q);
  const along = f32x4.splat(rr / (dot(p, q, width) + observedSquares(y, width, from, to, p)));
  for (let at: usize = 0; at < width; at += 16)
    v128.store(row + at, f32x4.add(v128.load(row + at), f32x4.mul(along, v128.load(p + at))));
}

/**
 * x ← the factors of a row that was not in the fit: conjugate gradients on the same system, starting from 0, until the
 * length of the residual is a millionth of its initial length.
 * @param members the `n` rows of Y in its history, i32
 * @param room scratch memory for 3 d f32
 */
export function foldIn(
  x: usize,
  y: usize,
  members: usize,
  n: i32,
  g: usize,
  d: i32,
  lambda: f32,
  perUnobserved: f32,
  room: usize,
): void {
  const width = (<usize>d) << 2;
  const r = room;
  const p = r + width;
  const q = p + width;
  const end = members + ((<usize>n) << 2);
  const penalty = lambda * (<f32>n + perUnobserved);
  memory.fill(x, 0, width);
  memory.fill(r, 0, width);
  addObserved(y, width, members, end, x, 1, -1, r);
  memory.copy(p, r, width);
  let rr = dot(r, r, width);
  const enough: f32 = 1e-12 * rr;
  for (let step = 0; step < 2 * d && rr > enough; step++) {
    timesGram(g, p, width, penalty, q);
    addObserved(y, width, members, end, p, 0, 1, q);
    const along = f32x4.splat(rr / dot(p, q, width));
    for (let at: usize = 0; at < width; at += 16) {
      v128.store(x + at, f32x4.add(v128.load(x + at), f32x4.mul(along, v128.load(p + at))));
      v128.store(r + at, f32x4.sub(v128.load(r + at), f32x4.mul(along, v128.load(q + at))));
    }
    const next = dot(r, r, width);
    const turn = f32x4.splat(next / rr);
    rr = next;
    for (let at: usize = 0; at < width; at += 16)
      v128.store(p + at, f32x4.add(v128.load(r + at), f32x4.mul(turn, v128.load(p + at))));
  }
}

/** out[i] ← x·y_i for each of the rows of Y. `out` has room for a multiple of 4. */
export function scoreAll(x: usize, y: usize, rows: i32, d: i32, out: usize): void {
  const width = (<usize>d) << 2;
  let row = y;
  let to = out;
  let i = 0;
  for (; i + 4 <= rows; i += 4, to += 16, row += 4 * width)
    v128.store(to, fourDots(row, row + width, row + 2 * width, row + 3 * width, x, width));
  for (; i < rows; i++, to += 4, row += width) store<f32>(to, dot(row, x, width));
}

/** q ← G v + penalty · v. Reads four rows of G at a time. */
function timesGram(g: usize, v: usize, width: usize, penalty: f32, q: usize): void {
  const scale = f32x4.splat(penalty);
  for (let at: usize = 0; at < width; at += 16) v128.store(q + at, f32x4.mul(scale, v128.load(v + at)));
  let row = g;
  for (let i: usize = 0; i < width; i += 16) {
    const a = v128.load32_splat(v + i);
    const b = v128.load32_splat(v + i, 4);
    const c = v128.load32_splat(v + i, 8);
    const e = v128.load32_splat(v + i, 12);
    const row1 = row + width;
    const row2 = row1 + width;
    const row3 = row2 + width;
    for (let at: usize = 0; at < width; at += 16) {
      const first = f32x4.add(f32x4.mul(a, v128.load(row + at)), f32x4.mul(b, v128.load(row1 + at)));
      const second = f32x4.add(f32x4.mul(c, v128.load(row2 + at)), f32x4.mul(e, v128.load(row3 + at)));
      v128.store(q + at, f32x4.add(v128.load(q + at), f32x4.add(first, second)));
    }
    row = row3 + width;
  }
}

/** out += Σ (base + sign · y·v) y over the observed rows of Y, four at a time. */
function addObserved(y: usize, width: usize, from: usize, to: usize, v: usize, base: f32, sign: f32, out: usize): void {
  let at = from;
  for (; at + 16 <= to; at += 16) {
    let y0 = y + <usize>load<i32>(at) * width;
    let y1 = y + <usize>load<i32>(at, 4) * width;
    let y2 = y + <usize>load<i32>(at, 8) * width;
    let y3 = y + <usize>load<i32>(at, 12) * width;
    const dots = fourDots(y0, y1, y2, y3, v, width);
    const weights = f32x4.add(f32x4.splat(base), f32x4.mul(f32x4.splat(sign), dots));
    const w0 = v128.shuffle<f32>(weights, weights, 0, 0, 0, 0);
    const w1 = v128.shuffle<f32>(weights, weights, 1, 1, 1, 1);
    const w2 = v128.shuffle<f32>(weights, weights, 2, 2, 2, 2);
    const w3 = v128.shuffle<f32>(weights, weights, 3, 3, 3, 3);
    for (let c = out; c < out + width; c += 16) {
      const first = f32x4.add(f32x4.mul(w0, v128.load(y0)), f32x4.mul(w1, v128.load(y1)));
      const second = f32x4.add(f32x4.mul(w2, v128.load(y2)), f32x4.mul(w3, v128.load(y3)));
      v128.store(c, f32x4.add(v128.load(c), f32x4.add(first, second)));
      y0 += 16;
      y1 += 16;
      y2 += 16;
      y3 += 16;
    }
  }
  for (; at < to; at += 4) {
    const row = y + <usize>load<i32>(at) * width;
    const weight = f32x4.splat(base + sign * dot(row, v, width));
    for (let c: usize = 0; c < width; c += 16)
      v128.store(out + c, f32x4.add(v128.load(out + c), f32x4.mul(weight, v128.load(row + c))));
  }
}

/** Σ (y·v)² over the observed rows of Y. */
function observedSquares(y: usize, width: usize, from: usize, to: usize, v: usize): f32 {
  let total = f32x4.splat(0);
  let at = from;
  for (; at + 16 <= to; at += 16) {
    const y0 = y + <usize>load<i32>(at) * width;
    const y1 = y + <usize>load<i32>(at, 4) * width;
    const y2 = y + <usize>load<i32>(at, 8) * width;
    const y3 = y + <usize>load<i32>(at, 12) * width;
    const dots = fourDots(y0, y1, y2, y3, v, width);
    total = f32x4.add(total, f32x4.mul(dots, dots));
  }
  let rest: f32 = 0;
  for (; at < to; at += 4) {
    const one = dot(y + <usize>load<i32>(at) * width, v, width);
    rest += one * one;
  }
  return sum(total) + rest;
}

/** Returns the dot products of v with four rows, one per lane. */
function fourDots(y0: usize, y1: usize, y2: usize, y3: usize, v: usize, width: usize): v128 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let c: usize = 0; c < width; c += 16) {
    const part = v128.load(v + c);
    s0 = f32x4.add(s0, f32x4.mul(part, v128.load(y0 + c)));
    s1 = f32x4.add(s1, f32x4.mul(part, v128.load(y1 + c)));
    s2 = f32x4.add(s2, f32x4.mul(part, v128.load(y2 + c)));
    s3 = f32x4.add(s3, f32x4.mul(part, v128.load(y3 + c)));
  }
  // Sums the lanes by transposing 4 × 4.
  const a = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5);
  const e = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7);
  const left = f32x4.add(a, b);
  const right = f32x4.add(c, e);
  return f32x4.add(v128.shuffle<f32>(left, right, 0, 1, 4, 5), v128.shuffle<f32>(left, right, 2, 3, 6, 7));
}

function dot(a: usize, b: usize, width: usize): f32 {
  let total = f32x4.splat(0);
  for (let at: usize = 0; at < width; at += 16)
    total = f32x4.add(total, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  return sum(total);
}

function sum(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  );
}
