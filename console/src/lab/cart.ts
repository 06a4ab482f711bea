interface HistoryEvent {
  readonly type: string;
  readonly productId: string | null;
}

/**
 * Returns the products in the cart, the newest first: added, and neither removed nor bought since.
 * @param history newest first
 */
export function cartProducts(history: readonly HistoryEvent[], most = 20): string[] {
  const decided = new Set<string>();
  const cart: string[] = [];
  for (const { type, productId } of history) {
    if (productId === null || decided.has(productId)) continue;
    if (type === 'ADD_TO_CART') cart.push(productId);
    if (type === 'ADD_TO_CART' || type === 'REMOVE_FROM_CART' || type === 'PURCHASE') decided.add(productId);
  }
  return cart.slice(0, most);
}

/** Returns the product of the customer's latest event. @param history newest first */
export const lastProductOf = (history: readonly HistoryEvent[]): string | undefined =>
  history.find(({ productId }) => productId !== null)?.productId ?? undefined;
