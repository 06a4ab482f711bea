import type { ListInput } from './use-list';

interface Context {
  /** What the customer looks at. */
  readonly product: string | undefined;
  readonly cart: readonly string[];
}

export type Intent = ListInput['intent'];

export interface ShownIntent {
  readonly intent: Intent;
  readonly title: string;
  readonly text: string;
  /** null: it needs a product or a cart, and there is none. */
  readonly input: ListInput | null;
}

/** What a version of the blend has a part in; the others are in the same order by any. */
export const RANKED_BY_VERSION: readonly Intent[] = ['PERSONAL', 'BASKET', 'BUY_AGAIN', 'NEW'];

/** Every list that a storefront could show this customer now. */
export function intentsOf(
  customerId: string,
  { product, cart }: Context,
  titles: ReadonlyMap<string, string>,
): ShownIntent[] {
  const named = product === undefined ? 'the product viewed last' : `“${titles.get(product) ?? product}”`;
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
    list('PERSONAL', 'Personal', 'what this customer will want next'),
    onProduct('SIMILAR', 'Similar', `others who cared for ${named}`),
    onProduct('COMPLEMENTARY', 'Complementary', `bought together with ${named}`),
    {
      ...list('BASKET', 'Basket', `completes the cart of ${cart.length} ${cart.length === 1 ? 'product' : 'products'}`),
      input: cart.length === 0 ? null : { intent: 'BASKET', customerId, productIds: [...cart] },
    },
    list('BUY_AGAIN', 'Buy again', 'what this customer buys regularly'),
    list('RECENTLY_VIEWED', 'Recently viewed', 'the newest first'),
    list('NEW', 'New', 'new in the shop, by what this customer cares for'),
    list('TRENDING', 'Trending', 'asked for more than it used to be'),
    list('POPULAR', 'Popular', 'asked for most'),
  ];
}
