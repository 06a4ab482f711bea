import type { IndexSettings } from './settings';

/**
 * BM25F (Robertson, Zaragoza & Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004):
 *
 *     tf(t, d) = Σ_f weight_f · tf_f(t, d) / (1 − b_f + b_f · length_f(d) / average_f)
 *     score(q, d) = Σ_t idf(t) · tf(t, d) / (k1 + tf(t, d))
 *
 * The fraction is stored with each posting, in 16 bits: the impact. The idf changes with every document and is applied when
 * asked. Products of both are whole numbers, so that a sum does not depend on the order in which it is made, and scores
 * of one index are those of the same documents split over segments.
 */

/** The impact that infinitely many occurrences would have. */
export const FULL_IMPACT = 0xffff;

/** Steps of idf · weight. */
const IDF_UNIT = 4096;

/** What a score of 1 is as the whole number that is summed. */
export const SCORE_UNIT = FULL_IMPACT * IDF_UNIT;

/** Turns counts into impacts, for one set of average lengths. */
export class ImpactScale {
  private readonly weights: Float64Array;
  private readonly flat: Float64Array;
  private readonly slope: Float64Array;
  private readonly k1: number;

  /** @param averageLengths words that a field has on average, by field */
  constructor({ fields, k1 }: IndexSettings, averageLengths: ArrayLike<number>) {
    this.k1 = k1;
    this.weights = Float64Array.from(fields, ({ weight }) => weight);
    this.flat = Float64Array.from(fields, ({ b }) => 1 - b);
    this.slope = Float64Array.from(fields, ({ b }, field) => b / averageLengths[field]);
  }

  /** What `count` occurrences in a field of `length` words add to tf(t, d). */
  frequency(field: number, count: number, length: number): number {
    return (this.weights[field] * count) / (this.flat[field] + this.slope[field] * length);
  }

  /** 1 … {@link FULL_IMPACT}. */
  impact(frequency: number): number {
    return Math.max(1, Math.round((frequency / (this.k1 + frequency)) * FULL_IMPACT));
  }
}

/**
 * idf · weight as a whole number of 16 bits: times an impact it is what a posting adds to a score.
 * @param matching documents that have the term, of `documents`
 */
export function scaleOf(matching: number, documents: number, weight: number): number {
  const idf = Math.log(1 + (documents - matching + 0.5) / (matching + 0.5));
  return Math.min(0xffff, Math.max(1, Math.round(idf * weight * IDF_UNIT)));
}
