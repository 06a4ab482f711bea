/** Only products of the newest ranks count. */
const MAX_RANK = 10;
/** Each rank weighs this much less than the next newer one. */
const STEP = 0.1;

/** Distinct products with positive weights; larger for products of newer events. */
export interface WeightedProducts {
  readonly products: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Weights products by how recent they are: those with the newest time have rank 0 and weight 1, and each older rank
 * weighs 0.1 less. Products with equal times share a rank, so that the sequence of an order's lines has no effect. How
 * ranks are counted:
 * - `times`: the rank is the number of distinct newer times, and the newest 10 ranks count.
 * - `products`: the rank is the number of products with a newer time, so about 10 products count, or all with the
 *   newest time if there are more.
 * @param products distinct products
 * @param times the time of the newest event with each product
 */
export function recentProducts(
  products: ArrayLike<number>,
  times: ArrayLike<number>,
  ranks: 'times' | 'products' = 'times',
): WeightedProducts {
  const newestFirst = Array.from(products, (_, i) => i).sort(
    (a, b) => times[b] - times[a] || products[a] - products[b],
  );
  const kept: number[] = [];
  const weights: number[] = [];
  let rank = 0;
  for (let at = 0; at < newestFirst.length; at++) {
    const i = newestFirst[at];
    if (at > 0 && times[i] !== times[newestFirst[at - 1]]) rank = ranks === 'times' ? rank + 1 : at;
    if (rank >= MAX_RANK) break;
    kept.push(products[i]);
    weights.push(1 - STEP * rank);
  }
  return { products: Int32Array.from(kept), weights: Float64Array.from(weights) };
}
