import type { SparseVector } from './compressed-rows';
import type { CountMatrix } from './cooccurrence';
import type { Ease } from './ease';
import { invertGeneral } from './invert-general';
import { MAX_RANK, SymmetricMatrix } from './symmetric-matrix';
import type { Kernels } from './wasm';

/** The change of a cell (i, j) of XᵀX, i ≤ j. The cell counts the histories with both items (with item i, if i = j). */
export interface CountChange {
  readonly i: number;
  readonly j: number;
  readonly by: number;
}

/**
 * Computes EASE from scratch from co-occurrence counts, which are XᵀX if the histories X are binary. Time: n³ / 2
 * multiply-adds, in f64.
 */
export function easeFromCounts(counts: CountMatrix, lambda: number, kernels: Kernels): Ease {
  const matrix = new SymmetricMatrix(counts.items, kernels);
  const keys = new Int32Array(counts.items);
  const values = new Int32Array(counts.items);
  for (let i = 0; i < counts.items; i++) {
    const cells = counts.readRow(i, keys, values);
    for (let at = 0; at < cells; at++) if (keys[at] < i) matrix.set(i, keys[at], values[at]);
    matrix.set(i, i, counts.n(i) + lambda);
  }
  if (!matrix.invert()) throw new Error(`XᵀX + λI is not positive definite: λ must be above 0; got ${lambda}`);
  return { lambda, inverse: matrix };
}

/** Adds items that are in no history yet. Such items are independent of all other items. */
export function growEase({ inverse, lambda }: Ease, items: number): void {
  for (let item = inverse.size; item < items; item++) {
    inverse.grow(item + 1);
    inverse.set(item, item, 1 / lambda);
  }
}

/** One item of an update. Every changed cell lies in the row or the column of at least one item of the update. */
export interface ItemChange {
  readonly item: number;
  /**
   * The changed cells of the item's row, except those in the columns of earlier items, whose rows include them. The
   * diagonal cell is halved, because the update adds it twice (see {@link applyEaseUpdate}).
   */
  readonly row: SparseVector;
}

/**
 * Assigns the changed cells to few items, because the rank of an update is twice the number of items. If one customer's
 * new interest in an item changes many cells, that item covers them all; the same holds if many customers become
 * interested in one item. The algorithm is greedy: items with the most cells first.
 */
export function groupChangesByItem(changes: readonly CountChange[]): ItemChange[] {
  const cells = new Map<number, Map<number, number>>();
  const put = (row: number, column: number, by: number) => {
    const known = cells.get(row);
    if (known) known.set(column, by);
    else cells.set(row, new Map([[column, by]]));
  };
  for (const { i, j, by } of changes) {
    put(i, j, by);
    put(j, i, by);
  }
  const bySize: Set<number>[] = [];
  const place = (item: number, size: number) => (bySize[size] ??= new Set()).add(item);
  for (const [item, row] of cells) place(item, row.size);
  const items: ItemChange[] = [];
  for (let size = bySize.length - 1; size > 0; size--) {
    for (const item of bySize[size] ?? []) {
      const row = cells.get(item) as Map<number, number>;
      // Items selected in the meantime cover some cells of this row, so the item is reconsidered with fewer cells.
      if (row.size < size) {
        place(item, row.size);
        continue;
      }
      items.push({ item, row: halveDiagonal(item, row) });
      for (const other of row.keys()) if (other !== item) cells.get(other)?.delete(item);
      row.clear();
    }
  }
  return items;
}

function halveDiagonal(item: number, row: ReadonlyMap<number, number>): SparseVector {
  const members = Int32Array.from(row.keys()).sort();
  return {
    members,
    weights: Float64Array.from(members, (other) => (row.get(other) as number) / (other === item ? 2 : 1)),
  };
}

/**
 * Thrown if P, the inverse of XᵀX + λI, has become too inaccurate for an update. The caller must rebuild P from the
 * counts.
 */
export class SingularUpdateError extends Error {
  constructor() {
    super('the Woodbury update is singular: rebuild EASE from the counts');
    this.name = 'SingularUpdateError';
  }
}

/** Maximum number of items per low-rank update. Each item adds 2 to the rank. */
const ITEMS_PER_UPDATE = MAX_RANK / 2;

/**
 * Updates P = (XᵀX + λI)⁻¹ exactly for changed counts. XᵀX changes by E Vᵀ + V Eᵀ, where the columns of E are
 * the unit vectors of the items and the columns of V are the changes in their rows. So with U = [E V], W = PU, and the
 * matrix J that exchanges the two halves,
 *
 *     P ← P − W (J + UᵀW)⁻¹ Wᵀ        (Woodbury 1950)
 *
 * Time: for every 64 items, all of P is read and written once, after its rows for the changed columns have been read.
 * @throws SingularUpdateError if the inner matrix is singular; P is then partly updated
 */
export function applyEaseUpdate({ inverse }: Ease, items: readonly ItemChange[]): void {
  for (let from = 0; from < items.length; from += ITEMS_PER_UPDATE)
    applyLowRankUpdate(inverse, items.slice(from, from + ITEMS_PER_UPDATE));
}

function applyLowRankUpdate(inverse: SymmetricMatrix, items: readonly ItemChange[]): void {
  const half = items.length;
  const rank = 2 * half;
  const rows = items.map(({ row }) => row);
  const w = items.map(({ item }): Float64Array => {
    const image = new Float64Array(inverse.padded);
    inverse.addRow(item, 1, image);
    return image;
  });
  w.push(...inverse.timesSparse(rows));
  const inner = new Float64Array(rank * rank);
  for (let j = 0; j < rank; j++) {
    for (let i = 0; i < half; i++) {
      inner[i * rank + j] = w[j][items[i].item];
      inner[(half + i) * rank + j] = dot(rows[i], w[j]);
    }
  }
  for (let i = 0; i < half; i++) {
    inner[i * rank + half + i] += 1;
    inner[(half + i) * rank + i] += 1;
  }
  if (!invertGeneral(inner, rank)) throw new SingularUpdateError();
  inverse.subtractProduct(
    w,
    w.map((_, i) => linearCombination(inner.subarray(i * rank, (i + 1) * rank), w)),
  );
}

function dot({ members, weights }: SparseVector, dense: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < members.length; at++) sum += (weights?.[at] ?? 1) * dense[members[at]];
  return sum;
}

/** Returns Σ factors[k] · vectors[k]. It adds four vectors at a time. */
function linearCombination(factors: Float64Array, vectors: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(vectors[0].length);
  let k = 0;
  for (; k + 4 <= vectors.length; k += 4) {
    const [a, b, c, d] = vectors.slice(k, k + 4);
    const [x, y, z, w] = factors.subarray(k, k + 4);
    for (let i = 0; i < out.length; i++) out[i] += x * a[i] + y * b[i] + (z * c[i] + w * d[i]);
  }
  for (; k < vectors.length; k++) {
    const vector = vectors[k];
    const factor = factors[k];
    for (let i = 0; i < out.length; i++) out[i] += factor * vector[i];
  }
  return out;
}

/**
 * Measures how far P is from (XᵀX + λI)⁻¹. Returns the largest absolute component of (XᵀX + λI) P v − v for a probe v
 * whose entries have a magnitude of about 1. Use a new random v each time.
 */
export function countsResidual({ lambda, inverse }: Ease, counts: CountMatrix, probe: ArrayLike<number>): number {
  const n = inverse.size;
  const [image] = inverse.timesSparse([{ members: Int32Array.from({ length: n }, (_, i) => i), weights: probe }]);
  const keys = new Int32Array(n);
  const values = new Int32Array(n);
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let product = (lambda + counts.n(i)) * image[i];
    const cells = counts.readRow(i, keys, values);
    for (let at = 0; at < cells; at++) product += values[at] * image[keys[at]];
    largest = Math.max(largest, Math.abs(product - probe[i]));
  }
  return largest;
}
