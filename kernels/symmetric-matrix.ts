/**
 * Symmetric matrices in square tiles: inverse and low-rank update, f64, 128-bit SIMD.
 *
 * A matrix of `blocks` × 128 rows consists of the 128 × 128 tiles of its lower triangle, tile (I, J ≤ I) at I(I+1)/2 +
 * J, each row-major; tiles on the diagonal are stored in full. A panel is a tall matrix of `rank` ≤ 128 columns in
 * strips of four rows: element (i, k) at (i div 4) · 4 · rank + 4k + i mod 4. All addresses are multiples of 16 and are
 * chosen by the caller.
 */

const SIDE: i32 = 128;
const ROW: usize = 1024; // bytes of a tile's row
const TILE: usize = 131072; // bytes of a tile

function tileAt(tiles: usize, i: i32, j: i32): usize {
  return tiles + <usize>((i * (i + 1)) / 2 + j) * TILE;
}

/*
 * A ← A⁻¹ for a positive definite A uses the symmetric sweep operator (Goodnight, The American Statistician 1979), one
 * block column k at a time. With pivot block D, column C and W = C D⁻¹, it subtracts W Cᵀ from the rest, replaces C by
 * W, and D by −D⁻¹. After all blocks are swept, the result is −A⁻¹. There are four separate steps so that threads can
 * share each of them: each of `parts` threads processes every parts-th block row, and all threads wait for each other
 * between steps.
 */

/** D ← the inverse of pivot block k, which becomes −D⁻¹. @returns 0, or 1 if a pivot was not positive */
export function sweepPivot(tiles: usize, k: i32, d: usize): i32 {
  const tile = tileAt(tiles, k, k);
  memory.copy(d, tile, TILE);
  if (!invertTile(d)) return 1;
  memory.copy(tile, d, TILE);
  negate(tile, tile + TILE);
  return 0;
}

/** C ← block column k, W ← C D⁻¹: panels of rank 128, as tall as the matrix. */
export function sweepColumn(
  tiles: usize,
  blocks: i32,
  k: i32,
  c: usize,
  w: usize,
  d: usize,
  part: i32,
  parts: i32,
): void {
  for (let i = part; i < blocks; i += parts) {
    if (i == k) continue;
    packColumn(tiles, i, k, c + <usize>i * TILE);
    timesTile(c + <usize>i * TILE, d, w + <usize>i * TILE);
  }
}

/** Subtracts W Cᵀ from all blocks except block row and column k. */
export function sweepRest(tiles: usize, blocks: i32, k: i32, c: usize, w: usize, part: i32, parts: i32): void {
  for (let i = part; i < blocks; i += parts) {
    if (i == k) continue;
    for (let j = 0; j <= i; j++)
      if (j != k) subtractTile(tileAt(tiles, i, j), w + <usize>i * TILE, c + <usize>j * TILE, SIDE);
  }
}

/** Block column k ← W. */
export function sweepStore(tiles: usize, blocks: i32, k: i32, w: usize, part: i32, parts: i32): void {
  for (let i = part; i < blocks; i += parts) if (i != k) unpackColumn(tiles, i, k, w + <usize>i * TILE);
}

/** A ← −A. */
export function negateAll(tiles: usize, blocks: i32): void {
  negate(tiles, tileAt(tiles, blocks, 0));
}

/** A ← A − L Rᵀ; L Rᵀ must be symmetric. L and R are panels of the given rank. */
export function subtractProduct(tiles: usize, blocks: i32, l: usize, r: usize, rank: i32): void {
  const panel = <usize>rank * ROW;
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) subtractTile(tileAt(tiles, i, j), l + <usize>i * panel, r + <usize>j * panel, rank);
}

/** Gauss–Jordan elimination on one tile. A positive definite tile needs no pivoting. */
function invertTile(d: usize): bool {
  for (let p = 0; p < SIDE; p++) {
    const pivotRow = d + <usize>p * ROW;
    const pivot = load<f64>(pivotRow + ((<usize>p) << 3));
    if (!(pivot > 0)) return false;
    store<f64>(pivotRow + ((<usize>p) << 3), 1);
    const inverse = f64x2.splat(1 / pivot);
    for (let at: usize = 0; at < ROW; at += 16) v128.store(pivotRow + at, f64x2.mul(v128.load(pivotRow + at), inverse));
    for (let r = 0; r < SIDE; r++) {
      if (r == p) continue;
      const row = d + <usize>r * ROW;
      const factor = f64x2.splat(load<f64>(row + ((<usize>p) << 3)));
      store<f64>(row + ((<usize>p) << 3), 0);
      for (let at: usize = 0; at < ROW; at += 16)
        v128.store(row + at, f64x2.sub(v128.load(row + at), f64x2.mul(factor, v128.load(pivotRow + at))));
    }
  }
  return true;
}

/** Copies block i of block column k into strips. */
function packColumn(tiles: usize, i: i32, k: i32, to: usize): void {
  const lower = i > k;
  const tile = lower ? tileAt(tiles, i, k) : tileAt(tiles, k, i);
  for (let row = 0; row < SIDE; row++) {
    const strip = to + (((<usize>(row >> 2)) << 12) | ((<usize>(row & 3)) << 3));
    for (let column = 0; column < SIDE; column++) {
      const at = lower ? (row << 7) | column : (column << 7) | row;
      store<f64>(strip + ((<usize>column) << 5), load<f64>(tile + ((<usize>at) << 3)));
    }
  }
}

function unpackColumn(tiles: usize, i: i32, k: i32, from: usize): void {
  const lower = i > k;
  const tile = lower ? tileAt(tiles, i, k) : tileAt(tiles, k, i);
  for (let row = 0; row < SIDE; row++) {
    const strip = from + (((<usize>(row >> 2)) << 12) | ((<usize>(row & 3)) << 3));
    for (let column = 0; column < SIDE; column++) {
      const at = lower ? (row << 7) | column : (column << 7) | row;
      store<f64>(tile + ((<usize>at) << 3), load<f64>(strip + ((<usize>column) << 5)));
    }
  }
}

/** W = C D for one block of panel C, four rows by four columns at a time. */
function timesTile(c: usize, d: usize, w: usize): void {
  for (let strip: usize = 0; strip < TILE; strip += 4096) {
    for (let column: usize = 0; column < ROW; column += 32) {
      let a0 = f64x2.splat(0);
      let a1 = f64x2.splat(0);
      let b0 = f64x2.splat(0);
      let b1 = f64x2.splat(0);
      let c0 = f64x2.splat(0);
      let c1 = f64x2.splat(0);
      let d0 = f64x2.splat(0);
      let d1 = f64x2.splat(0);
      let right = d + column;
      const end = c + strip + 4096;
      for (let left = c + strip; left < end; left += 32) {
        const x0 = v128.load(left);
        const x1 = v128.load(left, 16);
        let y = v128.load64_splat(right);
        a0 = f64x2.add(a0, f64x2.mul(x0, y));
        a1 = f64x2.add(a1, f64x2.mul(x1, y));
        y = v128.load64_splat(right, 8);
        b0 = f64x2.add(b0, f64x2.mul(x0, y));
        b1 = f64x2.add(b1, f64x2.mul(x1, y));
        y = v128.load64_splat(right, 16);
        c0 = f64x2.add(c0, f64x2.mul(x0, y));
        c1 = f64x2.add(c1, f64x2.mul(x1, y));
        y = v128.load64_splat(right, 24);
        d0 = f64x2.add(d0, f64x2.mul(x0, y));
        d1 = f64x2.add(d1, f64x2.mul(x1, y));
        right += ROW;
      }
      const to = w + strip + (column << 2);
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to, b0, 32);
      v128.store(to, b1, 48);
      v128.store(to, c0, 64);
      v128.store(to, c1, 80);
      v128.store(to, d0, 96);
      v128.store(to, d1, 112);
    }
  }
}

/** A −= L Rᵀ for one tile, four rows by four columns at a time, so that eight sums stay in registers. */
function subtractTile(tile: usize, l: usize, r: usize, rank: i32): void {
  const strip = (<usize>rank) << 5;
  for (let row: usize = 0; row < 32; row++) {
    const left = l + row * strip;
    const end = left + strip;
    let to = tile + (row << 12);
    let right = r;
    for (let column: usize = 0; column < 32; column++) {
      let a0 = v128.load(to);
      let a1 = v128.load(to, 16);
      let b0 = v128.load(to, 1024);
      let b1 = v128.load(to, 1040);
      let c0 = v128.load(to, 2048);
      let c1 = v128.load(to, 2064);
      let d0 = v128.load(to, 3072);
      let d1 = v128.load(to, 3088);
      for (let x = left; x < end; x += 32) {
        const y0 = v128.load(right);
        const y1 = v128.load(right, 16);
        right += 32;
        let factor = v128.load64_splat(x);
        a0 = f64x2.sub(a0, f64x2.mul(factor, y0));
        a1 = f64x2.sub(a1, f64x2.mul(factor, y1));
        factor = v128.load64_splat(x, 8);
        b0 = f64x2.sub(b0, f64x2.mul(factor, y0));
        b1 = f64x2.sub(b1, f64x2.mul(factor, y1));
        factor = v128.load64_splat(x, 16);
        c0 = f64x2.sub(c0, f64x2.mul(factor, y0));
        c1 = f64x2.sub(c1, f64x2.mul(factor, y1));
        factor = v128.load64_splat(x, 24);
        d0 = f64x2.sub(d0, f64x2.mul(factor, y0));
        d1 = f64x2.sub(d1, f64x2.mul(factor, y1));
      }
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to, b0, 1024);
      v128.store(to, b1, 1040);
      v128.store(to, c0, 2048);
      v128.store(to, c1, 2064);
      v128.store(to, d0, 3072);
      v128.store(to, d1, 3088);
      to += 32;
    }
  }
}

function negate(from: usize, to: usize): void {
  for (let at = from; at < to; at += 16) v128.store(at, f64x2.neg(v128.load(at)));
}
