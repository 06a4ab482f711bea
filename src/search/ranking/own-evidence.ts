import type { FeatureVector } from './log-linear';

/** What a product has by itself, whatever the query and whoever asks. */
export type OwnEvidence = Pick<FeatureVector, 'unavailable' | 'price' | 'discount' | 'rating' | 'novelty'>;

const DAY_MS = 86_400_000;
const HALF_NEW_DAYS = 30;

/** Days since 1970, whole: within one, products do not age, and lists stay as they are. @param now ms since 1970 */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/**
 * From what the index has of a product; NaN where it has nothing.
 * @param newest ms since 1970
 */
export function ownEvidence(
  available: boolean,
  price: number,
  discount: number,
  rating: number,
  newest: number,
  day: number,
): OwnEvidence {
  const age = Math.max(0, day - newest / DAY_MS);
  return {
    unavailable: available ? 0 : 1,
    price: price >= 0 ? Math.log1p(price) : NaN,
    discount: Number.isNaN(discount) ? 0 : discount,
    rating,
    novelty: Number.isNaN(age) ? 0 : Math.pow(2, -age / HALF_NEW_DAYS),
  };
}
