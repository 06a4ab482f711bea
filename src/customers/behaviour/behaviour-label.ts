import type { SessionEvent } from '../../features/session-event';

/** What a session does next, in the order in which the definitions are tried: the first that holds is the label. */
export const BEHAVIOURS = ['BUY', 'LEAVE', 'COMPARE', 'BARGAIN', 'BROWSE'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Labels come from the events within this time after the cut, in ms. */
export const LABEL_WINDOW_MS = 30 * 60_000;

/**
 * Returns the label of what happened in the half hour from `cut` on:
 * - BUY: an order
 * - LEAVE: no event
 * - COMPARE: page views of at least two products of one category, one of which was viewed again after another product
 * - BARGAIN: a discounted product was opened, or a search sorted by ascending price or by discount
 * - BROWSE: anything else
 *
 * A category is a product's most specific one. The log has searches with a query only: a category page that is sorted by
 * price leaves no trace.
 * @param events of one visitor, in order of time; events outside of the half hour are ignored
 */
export function behaviourLabel(events: readonly SessionEvent[], cut: number): Behaviour {
  const window = events.filter(({ at }) => at >= cut && at < cut + LABEL_WINDOW_MS);
  if (window.some(({ type }) => type === 'PURCHASE')) return 'BUY';
  if (window.length === 0) return 'LEAVE';
  if (compares(window)) return 'COMPARE';
  return window.some(seeksBargain) ? 'BARGAIN' : 'BROWSE';
}

function compares(events: readonly SessionEvent[]): boolean {
  const productsByCategory = new Map<string, Set<string>>();
  const revisited = new Map<string, string>();
  const viewed = new Set<string>();
  let last: string | undefined;
  for (const { type, product } of events) {
    if (type !== 'VIEW' || product === null) continue;
    const { id, category } = product;
    if (category !== null) {
      const products = productsByCategory.get(category);
      if (products === undefined) productsByCategory.set(category, new Set([id]));
      else products.add(id);
      if (viewed.has(id) && last !== id) revisited.set(id, category);
    }
    viewed.add(id);
    last = id;
  }
  return Array.from(revisited.values()).some((category) => productsByCategory.get(category)!.size >= 2);
}

function seeksBargain({ type, product, isSortedByPrice }: SessionEvent): boolean {
  const isOpened = type === 'VIEW' || type === 'CLICK' || type === 'ADD_TO_CART';
  return isSortedByPrice || (isOpened && product !== null && product.isDiscounted);
}
