import { MS_PER_DAY } from '../../learn/durations';
import type { FeatureVector } from './log-linear';

/** The features that depend on the product alone, not on the query or the customer. */
export type ProductEvidence = Pick<FeatureVector, 'unavailable' | 'price' | 'discount' | 'rating' | 'novelty'>;

const NOVELTY_HALF_LIFE_DAYS = 30;

/**
 * Returns whole days since 1970. Products get a new age only once a day, so that lists are stable within a day.
 * @param now ms since 1970
 */
export function dayNumberOf(now: number): number {
  return Math.floor(now / MS_PER_DAY);
}

/**
 * Returns the product's features, given its values in the index. An unknown value is NaN.
 * @param newest time of publication, or of the last change if that is unknown (ms since 1970)
 * @param day the current day, see {@link dayNumberOf}
 */
export function productEvidence(
  available: boolean,
  price: number,
  discount: number,
  rating: number,
  newest: number,
  day: number,
): ProductEvidence {
  const age = Math.max(0, day - newest / MS_PER_DAY);
  return {
    unavailable: available ? 0 : 1,
    price: price >= 0 ? Math.log1p(price) : NaN,
    discount: Number.isNaN(discount) ? 0 : discount,
    rating,
    novelty: Number.isNaN(age) ? 0 : Math.pow(2, -age / NOVELTY_HALF_LIFE_DAYS),
  };
}
