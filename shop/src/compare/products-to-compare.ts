/** Number of products that are compared at most. */
const MAX_COMPARED = 4;

interface Categorised {
  readonly id: string;
  readonly categories: readonly string[];
}

/** Returns the most specific category: the last one that the catalogue lists, as Freshet counts it for behaviour. */
export function comparedCategory({ categories }: Pick<Categorised, 'categories'>): string | undefined {
  return categories.at(-1);
}

/**
 * Returns the products to compare with one: itself and the newest viewed ones of its category.
 * @param viewed newest first
 */
export function productsToCompare<Product extends Categorised>(
  product: Product,
  viewed: readonly Product[],
): Product[] {
  const category = comparedCategory(product);
  if (category === undefined) return [product];
  const others = viewed.filter((other) => other.id !== product.id && comparedCategory(other) === category);
  return [product, ...others].slice(0, MAX_COMPARED);
}
