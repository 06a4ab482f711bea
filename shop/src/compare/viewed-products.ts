import { signal } from '@preact/signals';

/** Number of viewed products that are held, the newest. */
const MAX_VIEWED = 30;

interface ViewedProduct {
  readonly id: string;
  readonly categories: readonly string[];
}

/** The products whose pages this visit has opened, newest first, without duplicates. */
export const viewedProducts = signal<readonly ViewedProduct[]>([]);

/** The categories whose comparison the visitor has closed. */
export const closedCategories = signal<ReadonlySet<string>>(new Set());

export function addViewedProduct({ id, categories }: ViewedProduct): void {
  const others = viewedProducts.value.filter((other) => other.id !== id);
  viewedProducts.value = [{ id, categories }, ...others].slice(0, MAX_VIEWED);
}

/** Another person may use the browser from now on. */
export function forgetViewedProducts(): void {
  viewedProducts.value = [];
  closedCategories.value = new Set();
}
