import type { CustomerProfile } from '../../features/customer-profile';
import { recentProducts, type WeightedProducts } from '../../learn/recent-products';
import type { SessionTable } from '../../learn/session-table';

/** Maximum number of products in a query. It bounds the time of a list after large orders. */
const MAX_PRODUCTS = 50;

/**
 * Returns the products that the customer was interested in at the newest times: see {@link recentProducts}. If there
 * are too many, those of the newest times remain, and of these the products with the fewest sessions.
 */
export function recentInterests(
  { interests, interestAges }: CustomerProfile,
  { postings }: SessionTable,
): WeightedProducts {
  const { products, weights } = recentProducts(
    interests,
    interestAges.map((age) => -age),
  );
  if (products.length <= MAX_PRODUCTS) return { products, weights };
  const kept = Array.from(products.keys())
    .sort(
      (a, b) =>
        weights[b] - weights[a] ||
        postings.length(products[a]) - postings.length(products[b]) ||
        products[a] - products[b],
    )
    .slice(0, MAX_PRODUCTS);
  return { products: Int32Array.from(kept, (i) => products[i]), weights: Float64Array.from(kept, (i) => weights[i]) };
}
