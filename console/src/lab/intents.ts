import type { ListInput } from './use-list';

interface Context {
  /** What the customer looks at. */
  readonly product: string | undefined;
  readonly cart: readonly string[];
}

interface Shown {
  readonly intent: ListInput['intent'];
  readonly title: string;
  readonly text: string;
  /** null: it needs a product or a cart, and there is none. */
  readonly input: ListInput | null;
}

/** Every list that a storefront could show this customer now. */
export function intentsOf(
  customerId: string,
  { product, cart }: Context,
  titles: ReadonlyMap<string, string>,
): Shown[] {
  const named = product === undefined ? 'the product viewed last' : `“${titles.get(product) ?? product}”`;
  const list = (intent: ListInput['intent'], title: string, text: string): Shown => ({
    intent,
    title,
    text,
    input: { intent, customerId },
  });
  const onProduct = (intent: ListInput['intent'], title: string, text: string): Shown => ({
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
