import { easeFromCounts } from '../../learn/ease-counts';
import { easeNeighbours } from '../../learn/ease-neighbours';
import { easeRows, ROWS_PER_BLOCK, type Ease } from '../../learn/ease';
import type { Kernels } from '../../learn/wasm';
import { SparseItemMatrix, type SparseItemRow } from '../artefact/sparse-item-matrix';
import type { ShopHead } from './shop-head';

/**
 * Maximum number of cells per served row of EASE's weight matrix B. Truncation costs 1–2 % of NDCG and makes the cost
 * of scoring independent of the catalogue's size.
 */
const MAX_ROW_CELLS = 100;

/** Yields the truncated rows of B in product order, in batches, so that other work can run between two batches. */
export function* truncatedRows(ease: Ease): Generator<SparseItemRow[]> {
  for (let first = 0; first < ease.inverse.size; first += ROWS_PER_BLOCK)
    yield easeRows(ease, first).map((row) => {
      const { candidates, weights } = easeNeighbours(row, MAX_ROW_CELLS);
      return { columns: candidates, values: Float32Array.from(weights) };
    });
}

/** Returns the ids of the head (the products whose pairs are all counted), in the order of the EASE rows. */
export function easeProducts({ interest, products }: Pick<ShopHead, 'interest' | 'products'>): string[] {
  return Array.from({ length: interest.headItems }, (_, slot) => products.idAt(interest.headItem(slot)));
}

/**
 * Computes EASE from scratch, from the co-interest counts of a shop's state.
 * @returns null if there are no products
 */
export function easeOfShop(
  shop: Pick<ShopHead, 'interest' | 'products'>,
  lambda: number,
  kernels: Kernels,
): SparseItemMatrix | null {
  const ids = easeProducts(shop);
  if (ids.length === 0) return null;
  const ease = easeFromCounts(shop.interest.head, lambda, kernels);
  return new SparseItemMatrix(ids, Array.from(truncatedRows(ease)).flat());
}
