/**
 * How search puts products in order, as a sum of logarithms, so that each part multiplies what the others say:
 *
 *     score = ln(1 + text) + POPULARITY · popularity + AFFINITY · affinity + ln(boost) − UNAVAILABLE
 *
 * text: BM25F with proximity; popularity and affinity: from 0 to 1. The weights were set by hand, and are the same for every shop.
 */
export const POPULARITY = 1;
export const AFFINITY = 1;
/** Of what is out of stock. */
export const UNAVAILABLE = 1.5;
/** A boost of 0 puts last, and does not hide. */
const LEAST_BOOST = 1e-9;
/** Orders what is otherwise equal, and nothing else: a year is worth 0.00003. */
const NOVELTY_PER_MS = 1e-15;

export const RANKING_VERSION = 'log-linear-1';

/** What speaks for a product. */
export interface Evidence {
  /** BM25F; 0 when browsing. */
  readonly text: number;
  /** 0 … 1 */
  readonly popularity: number;
  /** 0 … 1 */
  readonly affinity: number;
  /** What the request multiplies it by. */
  readonly boost: number;
  readonly available: boolean;
}

/** Of {@link Evidence}, without an object for each product that matches. */
export function score(text: number, popularity: number, affinity: number, boost: number, available: boolean): number {
  return (
    textPart(text) +
    POPULARITY * popularity +
    AFFINITY * affinity +
    (boost === 1 ? 0 : Math.log(Math.max(boost, LEAST_BOOST))) -
    (available ? 0 : UNAVAILABLE)
  );
}

/** What words add to a score. */
export function textPart(text: number): number {
  return text === 0 ? 0 : Math.log1p(text);
}

/** What {@link score} is ordered by. @param newest ms since 1970 */
export function withNovelty(scored: number, newest: number): number {
  return Number.isNaN(newest) ? scored : scored + newest * NOVELTY_PER_MS;
}

export interface ScoreShare {
  readonly source: 'text' | 'popularity' | 'affinity' | 'boost';
  /** > 0; those of one product add up to 1. */
  readonly share: number;
}

/** What a score is made of, the largest part first; what lowers it has no share. */
export function sharesOf({ text, popularity, affinity, boost }: Evidence): ScoreShare[] {
  const parts = [
    { source: 'text', part: Math.log1p(text) },
    { source: 'popularity', part: POPULARITY * popularity },
    { source: 'affinity', part: AFFINITY * affinity },
    { source: 'boost', part: Math.log(Math.max(boost, 1)) },
  ] as const;
  const total = parts.reduce((sum, { part }) => sum + part, 0);
  return parts
    .filter(({ part }) => part > 0)
    .sort((a, b) => b.part - a.part)
    .map(({ source, part }) => ({ source, share: part / total }));
}
