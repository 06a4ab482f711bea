import { seededRandom } from '../../../src/learn/seeded-random';
import type { SentEvent } from '../../setup/recount';

export const PRODUCTS = 40;
export const CUSTOMERS = 200;
/** Customers whose lists are compared individually at the end. */
export const COMPARED_CUSTOMERS = [0, 17, 34, 51, 68];
const DAY = 86_400_000;
const HOUR = 3_600_000;
const LATE = 0.02;
const TYPES = ['VIEW', 'VIEW', 'VIEW', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'PURCHASE', 'PURCHASE', 'RETURN'];

export const product = (n: number) => `product-${String(n).padStart(2, '0')}`;
export const customer = (n: number) => `customer-${n}`;

/**
 * An endless sequence of distinct events, 2 % of them a day late. No two events have the same time, so that "newest" is
 * unambiguous.
 * @param name distinguishes their ids from those of other sequences
 * @param start time of the first event, in ms since 1970
 */
export function* makeEvents(seed: number, name = '', start = Date.now() - HOUR): Generator<SentEvent, never> {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let n = 0; ; n++) {
    const who = below(CUSTOMERS);
    const type = TYPES[below(TYPES.length)];
    const ordered = type === 'PURCHASE' || type === 'RETURN';
    yield {
      source: ordered ? 'ORDERS' : 'STOREFRONT',
      id: ordered ? `${name}order-${who}-${below(12)}:${n}` : `${name}visit-${n}`,
      occurredAt: new Date(start + n - (random() < LATE ? DAY : 0)).toISOString(),
      type,
      customerId: customer(who),
      productId: product(below(PRODUCTS)),
      quantity: 1 + below(3),
    };
  }
}
