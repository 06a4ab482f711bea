import { easeOfCounts } from '../learn/ease-counts';
import { easeNeighbours } from '../learn/ease-neighbours';
import { easeRows, ROWS_TOGETHER, type Ease } from '../learn/ease';
import type { Kernels } from '../learn/wasm';
import { ItemRows, type ItemRow } from './item-rows';
import type { ShopHead } from './shop-head';

/** Cells kept of each row of B: it costs 1–2 % of NDCG, and makes an answer independent of the catalogue's size. */
const KEEP = 100;

/** All rows of B as they are served, in order of products; some at a time, so that others may have their turn between. */
export function* keptRows(ease: Ease): Generator<ItemRow[]> {
  for (let first = 0; first < ease.inverse.size; first += ROWS_TOGETHER)
    yield easeRows(ease, first).map((row) => {
      const { candidates, weights } = easeNeighbours(row, KEEP);
      return { columns: candidates, values: Float32Array.from(weights) };
    });
}

/** The ids of the head's products by slot: the order of EASE's rows. */
export function easeProducts({ interest, products }: Pick<ShopHead, 'interest' | 'products'>): string[] {
  return Array.from({ length: interest.headItems }, (_, slot) => products.idAt(interest.headItem(slot)));
}

/**
 * EASE of who is interested in what, as a shop's state has it, from scratch.
 * @returns null where there are no products
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
