import { signal } from '@preact/signals';
import type { ProductData } from '../product/product-query';

/** Number of viewed products that are held, the newest. */
const MAX_VIEWED = 30;

/** The products whose pages this visit has opened, newest first, without duplicates. */
export const viewedProducts = signal<readonly ProductData[]>([]);

export function addViewedProduct(product: ProductData): void {
  const others = viewedProducts.value.filter(({ id }) => id !== product.id);
  viewedProducts.value = [product, ...others].slice(0, MAX_VIEWED);
}
