import type { ListInput } from './use-list';

interface Context {
  /** The product of the customer's latest event. */
  readonly product: string | undefined;
  readonly cart: readonly string[];
}

export type Intent = ListInput['intent'];

export interface ShownIntent {
  readonly intent: Intent;
  readonly title: string;
  readonly text: string;
  /** null: the list needs a product or a cart, and there is none. */
  readonly input: ListInput | null;
}

/** Lists that the ranker affects; the other lists are the same in every version. */
export const RANKED_BY_VERSION: readonly Intent[] = ['PERSONAL', 'BASKET', 'BUY_AGAIN', 'NEW'];

/** Returns all lists that a storefront can show to this customer now. */
export function intentsOf(
  customerId: string,
  { product, cart }: Context,
  titles: ReadonlyMap<string, string>,
): ShownIntent[] {
  const named = product === undefined ? 'the most recently viewed product' : `“${titles.get(product) ?? product}”`;
  const list = (intent: Intent, title: string, text: string): ShownIntent => ({
    intent,
    title,
    text,
    input: { intent, customerId },
  });
  const onProduct = (intent: Intent, title: string, text: string): ShownIntent => ({
    ...list(intent, title, text),
    input: product === undefined ? null : { intent, customerId, productIds: [product] },
  });
  return [
    list('PERSONAL', 'Personal', 'predicted next purchases'),
    onProduct('SIMILAR', 'Similar', `liked by customers interested in ${named}`),
    onProduct('COMPLEMENTARY', 'Complementary', `bought together with ${named}`),
    {
      ...list('BASKET', 'Basket', `completes the cart of ${cart.length} ${cart.length === 1 ? 'product' : 'products'}`),
      input: cart.length === 0 ? null : { intent: 'BASKET', customerId, productIds: [...cart] },
    },
    list('BUY_AGAIN', 'Buy again', 'what this customer buys regularly'),
    list('RECENTLY_VIEWED', 'Recently viewed', 'the newest first'),
    list('NEW', 'New', 'new products that match this customer’s interests'),
    list('TRENDING', 'Trending', 'demand is rising'),
    list('POPULAR', 'Popular', 'highest demand'),
  ];
}
