import { MAX_HEAD_ITEMS } from '../../learn/cooccurrence';
import { NEIGHBOUR_LIST_LENGTH } from '../../learn/pair-counter';

export interface LearnerLimits {
  /** A session with events for more distinct products than this counts as a bot. */
  readonly productsPerSession: number;
  /**
   * Of the products that a subject (a customer or a visit) browsed but never ordered, at most this many form pairs with
   * its other products. See `BrowsedSample`.
   */
  readonly browsedPerSubject: number;
  /** A customer with events for more distinct products than this counts as a bot. Bots never contribute pairs. */
  readonly productsPerSubject: number;
  /**
   * Maximum number of visits without an order in memory. Beyond it, the oldest ones leave with their contributions. A
   * visit with one product takes some 280 bytes, one with ten products 1,100.
   */
  readonly visits: number;
  /** How many of the oldest visits leave together when there are more than {@link visits}; at most that many. */
  readonly leavingVisits: number;
  /** An order with more distinct products than this contributes no pairs. */
  readonly productsPerOrder: number;
  /** Maximum number of products in the head (the most popular products). All pairs of head products are counted. */
  readonly headProducts: number;
  /** Maximum number of products, summed over sessions. Above it, the oldest sessions are dropped. */
  readonly sessionEntries: number;
  /** For each product outside the head: maximum number of nearest products with which its pairs are counted. */
  readonly nearestProducts: number;
}

export const LEARNER_LIMITS: LearnerLimits = {
  productsPerSession: 300,
  browsedPerSubject: 300,
  productsPerSubject: 5000,
  visits: 5_000_000,
  leavingVisits: 50_000,
  productsPerOrder: 2000,
  headProducts: MAX_HEAD_ITEMS,
  sessionEntries: 2_000_000,
  nearestProducts: NEIGHBOUR_LIST_LENGTH,
};
