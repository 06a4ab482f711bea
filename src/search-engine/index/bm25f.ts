import type { IndexSettings } from './settings';

/**
 * BM25F (Robertson, Zaragoza & Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004):
 *
 *     tf(t, d) = Σ_f weight_f · tf_f(t, d) / (1 − b_f + b_f · length_f(d) / average_f)
 *     score(q, d) = Σ_t idf(t) · tf(t, d) / (k1 + tf(t, d))
 *
 * Each posting stores tf / (k1 + tf) as a 16-bit integer, its impact. The idf changes with every added document, so a
 * search computes it, also as an integer. A score is then a sum of integers: it does not depend on the order of
 * summation or on how the documents are split into segments.
 */

/** The impact of infinitely many occurrences. */
export const FULL_IMPACT = 0xffff;

/** The integer that represents an idf · weight of 1. */
const IDF_UNIT = 4096;

/** The integer that represents a score of 1. Internally, scores are integer sums of impact · idf. */
export const SCORE_UNIT = FULL_IMPACT * IDF_UNIT;

/** Computes impacts from occurrence counts, for one set of average field lengths. */
export class ImpactScale {
  private readonly weights: Float64Array;
  private readonly flat: Float64Array;
  private readonly slope: Float64Array;
  private readonly k1: number;

  /** @param averageLengths average number of tokens, by field */
  constructor({ fields, k1 }: IndexSettings, averageLengths: ArrayLike<number>) {
    this.k1 = k1;
    this.weights = Float64Array.from(fields, ({ weight }) => weight);
    this.flat = Float64Array.from(fields, ({ b }) => 1 - b);
    this.slope = Float64Array.from(fields, ({ b }, field) => b / averageLengths[field]);
  }

  /** Returns what `count` occurrences in a field of `length` tokens add to tf(t, d). */
  frequency(field: number, count: number, length: number): number {
    return (this.weights[field] * count) / (this.flat[field] + this.slope[field] * length);
  }

  /** Returns the impact of a frequency tf(t, d): 1 … {@link FULL_IMPACT}. */
  impact(frequency: number): number {
    return Math.max(1, Math.round((frequency / (this.k1 + frequency)) * FULL_IMPACT));
  }
}

/**
 * Returns idf · weight as a 16-bit integer. Multiplied by the impact of a posting, it is what the posting adds to a
 * score, in units of 1 / {@link SCORE_UNIT}.
 * @param matching number of documents that have the term, out of `documents`
 */
export function quantizedIdf(matching: number, documents: number, weight: number): number {
  const idf = Math.log(1 + (documents - matching + 0.5) / (matching + 0.5));
  return Math.min(0xffff, Math.max(1, Math.round(idf * weight * IDF_UNIT)));
}
