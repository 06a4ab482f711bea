import { randomItem } from '../../learn/random-draws';
import type { BasketOrder } from './orders';

/** An order with one hidden product, which the ranker predicts from the context. */
export interface LeaveOneOutCase {
  readonly hidden: string;
  /** Product ids, sorted by id. */
  readonly context: readonly string[];
}

/** Number of cases per order whose context is a single product. */
const SINGLE_PRODUCT_CASES = 2;

/**
 * Returns leave-one-out cases of an order. The first case hides a random product, with all other products as the
 * context. Each further case hides a random product, with a single other product as the context. The random choice
 * depends only on product ids and not on the position of order lines.
 * @param order has at least two products
 */
export function leaveOneOutCases({ productIds }: BasketOrder, random: () => number): LeaveOneOutCase[] {
  const hidden = randomItem(productIds, random);
  const cases = [{ hidden, context: productIds.filter((id) => id !== hidden) }];
  for (let n = 0; n < SINGLE_PRODUCT_CASES; n++) {
    const other = randomItem(productIds, random);
    cases.push({
      hidden: other,
      context: [
        randomItem(
          productIds.filter((id) => id !== other),
          random,
        ),
      ],
    });
  }
  return cases;
}
