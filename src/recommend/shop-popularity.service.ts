import type { ShopStateReadModel } from './shop-state.read-model';

/** Products with events: how much each is wanted, as a decayed sum up to a factor that is common to all. */
export interface Popularity {
  /** Another one when everything was read anew: indexes of before mean nothing then. */
  readonly table: { readonly size: number; indexOf(id: string): number; idAt(index: number): string };
  readonly sumOf: (product: number) => number;
  /** Of any product; 0 where nothing has happened. */
  readonly largest: number;
}

/** What is popular in the shop, over a month that fades, for whoever ranks something else than recommendations. */
export class ShopPopularity {
  private known: Popularity | undefined;
  private knownAt = -1;

  constructor(private readonly shop: ShopStateReadModel) {}

  get current(): Popularity {
    const { state, position } = this.shop;
    if (this.known !== undefined && this.knownAt === position && this.known.table === state.products) return this.known;
    const { month } = state.stats;
    let largest = 0;
    for (let product = 0; product < state.products.size; product++)
      largest = Math.max(largest, month.relative(product));
    this.knownAt = position;
    return (this.known = { table: state.products, sumOf: (product) => month.relative(product), largest });
  }
}
