import { catalogueProduct, type CatalogueProduct } from '../../src/catalog/catalogue-product';
import { mergeProduct } from '../../src/catalog/merge-product';
import type { ProductInput } from '../../src/catalog/product.type';
import { freshetEngine } from '../../src/evaluation/search/freshet-engine';

/** Returns products with these titles, which are their ids, or with these fields. */
export const catalogueOf = (given: readonly (string | Omit<ProductInput, 'id'>)[]): CatalogueProduct[] =>
  given.map((one) => {
    const input = typeof one === 'string' ? { title: one } : one;
    const record = mergeProduct(undefined, { id: input.title, ...input } as ProductInput, Date.UTC(2026, 0, 1));
    if ('code' in record) throw new Error(record.message);
    return catalogueProduct(record);
  });

/** Returns a function that returns the titles of the products that match a whole query, in their order. */
export async function finderOf(
  language: string,
  ...given: readonly (string | Omit<ProductInput, 'id'>)[]
): Promise<(query: string) => Promise<string[]>> {
  const engine = await freshetEngine(catalogueOf(given), language);
  return async (query) => {
    const { ids, matchCount } = await engine.search(query, false);
    return ids.slice(0, matchCount);
  };
}
