import { MAX_HEAD_ITEMS } from '../learn/cooccurrence';
import { LIST_LENGTH } from '../learn/pair-counter';

export interface LearnerLimits {
  /** A session that has touched more distinct products than this is a robot. */
  readonly productsPerVisit: number;
  /** Of the products that a subject has touched and never ordered, so many take part in pairs: see `BrowsedSample`. */
  readonly browsedPerSubject: number;
  /** A subject that has touched more distinct products than this is a robot: it contributes no pairs at all, ever. */
  readonly productsPerSubject: number;
  /** The same bound for one order. */
  readonly productsPerOrder: number;
  /** Of so many products that most customers are interested in, all pairs are counted. */
  readonly headProducts: number;
  /** Of the others, the pairs with so many nearest products. */
  readonly nearestProducts: number;
}

export const LEARNER_LIMITS: LearnerLimits = {
  productsPerVisit: 300,
  browsedPerSubject: 300,
  productsPerSubject: 5000,
  productsPerOrder: 2000,
  headProducts: MAX_HEAD_ITEMS,
  nearestProducts: LIST_LENGTH,
};
