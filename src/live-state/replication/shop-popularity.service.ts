import type { ShopStateReadModel } from './shop-state.read-model';

/** Popularity of the products with events, by index. */
export interface Popularity {
  /** The product table that the indexes refer to. A reload of the state replaces it and invalidates earlier indexes. */
  readonly table: { readonly size: number; indexOf(id: string): number; idAt(index: number): string };
  /** For each product: from 0 (no demand) to 1 (most popular). Products beyond the end are new, with popularity 0. */
  readonly values: Float64Array;
}

/** Steepness of the log scale: a product with 1 % of the largest demand has about 15 % of the largest popularity. */
const SPREAD = 100;
/** Minimum interval between computations, which take 0.02 ms per thousand products. */
const MAX_AGE_MS = 1_000;

/** The popularity of products, with a half-life of 30 days, for lists that are not recommendations. */
export class ShopPopularity {
  private cached: Popularity | undefined;
  private position = -1;
  private computedAt = -Infinity;

  constructor(private readonly shop: ShopStateReadModel) {}

  /** The popularity, at most one second old. */
  get current(): Popularity {
    const { state, position } = this.shop;
    const isSameTable = this.cached?.table === state.products;
    if (this.cached && isSameTable && (this.position === position || performance.now() - this.computedAt < MAX_AGE_MS))
      return this.cached;
    this.position = position;
    this.computedAt = performance.now();
    return (this.cached = { table: state.products, values: popularities(state.stats.month, state.products.size) });
  }
}

/** Returns log-scaled decayed sums relative to the largest: ln(1 + 100 s / max) / ln(1 + 100). */
export function popularities(sums: { relative(product: number): number }, products: number): Float64Array {
  const values = new Float64Array(products);
  let largest = 0;
  for (let product = 0; product < products; product++) {
    values[product] = sums.relative(product);
    if (values[product] > largest) largest = values[product];
  }
  if (largest === 0) return values;
  const scale = 1 / Math.log1p(SPREAD);
  for (let product = 0; product < products; product++)
    values[product] = Math.log1p((SPREAD * values[product]) / largest) * scale;
  return values;
}
