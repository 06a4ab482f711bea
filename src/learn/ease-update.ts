import type { Ease } from './ease';
import type { SparseVector } from './compressed-rows';
import { invertGeneral } from './invert-general';
import { MOST_RANK, type SymmetricMatrix } from './symmetric-matrix';

/** What one customer's history was when P last took it in, and what it is now; either may be empty. */
export interface HistoryChange {
  readonly before: SparseVector;
  readonly after: SparseVector;
}

/** Changes that make one step: each has rank 2. */
const STEP = MOST_RANK / 2;

/**
 * Brings P up to date, exactly: G changes by A S Aᵀ, whose columns A are the histories as they were (S = −1) and as they
 * are (S = +1), so with W = PA
 *
 *     P ← P − W (S⁻¹ + AᵀW)⁻¹ Wᵀ        (Woodbury 1950)
 *
 * Time: a read and a write of P for every 64 changes, and a row of P for each item in them.
 * @throws Error where P has lost its way so far that the inner matrix is singular: rebuild
 */
export function updateEase(ease: Ease, changes: readonly HistoryChange[]): void {
  for (let from = 0; from < changes.length; from += STEP) step(ease.inverse, changes.slice(from, from + STEP));
}

function step(inverse: SymmetricMatrix, changes: readonly HistoryChange[]): void {
  // Most of a history's image is that of the history before.
  const images = inverse.timesSparse(changes.map(({ before }) => before));
  const moves = inverse.timesSparse(changes.map(({ before, after }) => difference(before, after)));
  const columns: SparseVector[] = [];
  const signs: number[] = [];
  const w: Float64Array[] = [];
  changes.forEach(({ before, after }, k) => {
    if (before.members.length > 0) {
      columns.push(before);
      signs.push(-1);
      w.push(images[k]);
    }
    if (after.members.length > 0) {
      columns.push(after);
      signs.push(1);
      w.push(images[k].map((value, i) => value + moves[k][i]));
    }
  });
  const rank = columns.length;
  const inner = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < rank; j++) inner[i * rank + j] = dot(columns[i], w[j]);
    inner[i * rank + i] += signs[i];
  }
  if (!invertGeneral(inner, rank)) throw new Error('the Woodbury step is singular');
  inverse.subtractProduct(
    w,
    w.map((_, i) => combination(inner, i * rank, w)),
  );
}

/** after − before */
export function difference(before: SparseVector, after: SparseVector): SparseVector {
  const members: number[] = [];
  const weights: number[] = [];
  const take = (member: number, weight: number) => {
    if (weight === 0) return;
    members.push(member);
    weights.push(weight);
  };
  let a = 0;
  let b = 0;
  while (a < after.members.length || b < before.members.length) {
    const coming = a < after.members.length ? after.members[a] : Infinity;
    const going = b < before.members.length ? before.members[b] : Infinity;
    const weight =
      (coming <= going ? (after.weights?.[a] ?? 1) : 0) - (going <= coming ? (before.weights?.[b] ?? 1) : 0);
    take(Math.min(coming, going), weight);
    if (coming <= going) a++;
    if (going <= coming) b++;
  }
  return { members, weights };
}

function dot({ members, weights }: SparseVector, dense: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < members.length; at++) sum += (weights?.[at] ?? 1) * dense[members[at]];
  return sum;
}

/** Σ factors[at + k] · vectors[k], four vectors at a time. */
function combination(factors: Float64Array, at: number, vectors: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(vectors[0].length);
  let k = 0;
  for (; k + 4 <= vectors.length; k += 4) {
    const [a, b, c, d] = vectors.slice(k, k + 4);
    const [x, y, z, w] = factors.subarray(at + k, at + k + 4);
    for (let i = 0; i < out.length; i++) out[i] += x * a[i] + y * b[i] + (z * c[i] + w * d[i]);
  }
  for (; k < vectors.length; k++) {
    const vector = vectors[k];
    const factor = factors[at + k];
    for (let i = 0; i < out.length; i++) out[i] += factor * vector[i];
  }
  return out;
}

/**
 * A new item, the last one: P becomes that of G bordered by the item's column g (what it has in common with the items
 * before it, Σ x_i x_new) and its own square sum d. With q = Pg and s = d + λ − gᵀq, the new row of P is (−q / s, 1 / s) and
 * the rest gains q qᵀ / s.
 */
export function addEaseItem({ lambda, inverse }: Ease, together: SparseVector, squares: number): void {
  const item = inverse.size;
  inverse.grow(item + 1);
  const [image] = inverse.timesSparse([together]);
  const schur = squares + lambda - dot(together, image);
  if (together.members.length > 0) inverse.subtractProduct([image], [image.map((value) => -value / schur)]);
  for (let i = 0; i < item; i++) inverse.set(item, i, -image[i] / schur);
  inverse.set(item, item, 1 / schur);
}
