import { easeOfCounts } from '../learn/ease-counts';
import { easeNeighbours } from '../learn/ease-neighbours';
import { easeRows, ROWS_TOGETHER, type Ease } from '../learn/ease';
import type { Kernels } from '../learn/wasm';
import { ItemRows, type ItemRow } from './item-rows';
import type { ShopHead } from './shop-head';

/**
 * Cells per truncated row of B. Truncation costs 1–2 % of NDCG and makes scoring independent of the catalogue's size.
 */
const KEEP = 100;

/** Yields all rows of B as served, in product order and in batches, so that other work can run between batches. */
export function* keptRows(ease: Ease): Generator<ItemRow[]> {
  for (let first = 0; first < ease.inverse.size; first += ROWS_TOGETHER)
    yield easeRows(ease, first).map((row) => {
      const { candidates, weights } = easeNeighbours(row, KEEP);
      return { columns: candidates, values: Float32Array.from(weights) };
    });
}

/** Returns the ids of the head's products by slot, which is the order of the EASE rows. */
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
): ItemRows | null {
  const ids = easeProducts(shop);
  if (ids.length === 0) return null;
  const ease = easeOfCounts(shop.interest.head, lambda, kernels);
  return new ItemRows(ids, Array.from(keptRows(ease)).flat());
}
