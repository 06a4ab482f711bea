import type { ShopStateReadModel } from './shop-state.read-model';

/** Products with events, by index: how much each is wanted. */
export interface Popularity {
  /** Another one when everything was read anew: indexes of before mean nothing then. */
  readonly table: { readonly size: number; indexOf(id: string): number; idAt(index: number): string };
  /** From 0 for what nobody wants to 1 for what is wanted most. What is beyond the end is new, and 0. */
  readonly values: Float64Array;
}

/** What is wanted a hundredth as much as the most popular product is about a seventh as popular. */
const SPREAD = 100;
/** 0.02 ms a thousand products: not with every event. */
const FRESH_MS = 1_000;

/** What is popular in the shop, over a month that fades, for whoever ranks something else than recommendations. */
export class ShopPopularity {
  private known: Popularity | undefined;
  private position = -1;
  private at = -Infinity;

  constructor(private readonly shop: ShopStateReadModel) {}

  /** As of a second ago at the most. */
  get current(): Popularity {
    const { state, position } = this.shop;
    const isOf = this.known?.table === state.products;
    if (this.known && isOf && (this.position === position || performance.now() - this.at < FRESH_MS)) return this.known;
    this.position = position;
    this.at = performance.now();
    return (this.known = { table: state.products, values: popularities(state.stats.month, state.products.size) });
  }
}

/** Logarithms of decayed sums, as shares of the largest: ln(1 + 100 s / max) / ln(1 + 100). */
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
