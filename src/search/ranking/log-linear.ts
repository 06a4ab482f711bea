import type { RankingFeature } from './evidence-vector';
import { FIELD_FEATURES, type FieldEvidence } from './field-evidence';
import type { ProductEvidence } from './product-evidence';
import { QueryClicks } from './query-clicks';

/**
 * The log-linear ranking of search. The score is a sum of logarithms, so each part acts as a factor:
 *
 *     score = Σ weight · feature + ln(boost)
 *
 * The sum runs over the features of a product ({@link FeatureVector}) and the click evidence for the query. With
 * learned weights, the score is, up to a constant, ln(odds) that a customer who examines the product clicks it.
 */
export interface RankingModel {
  readonly weights: Readonly<Record<RankingFeature | 'clicks', number>>;
  /** The price and rating features assumed for products without a price or rating. */
  readonly missing: { readonly price: number; readonly rating: number };
  readonly clicks: QueryClicks;
}

/** The default weights, set by hand and equal for every shop. They are used until a version is learned from clicks. */
export const DEFAULT_RANKING_MODEL: RankingModel = {
  weights: {
    text: 1,
    popularity: 1,
    affinity: 1,
    unavailable: -1.5,
    price: 0,
    discount: 0,
    rating: 0,
    novelty: 0,
    titleMatch: 0,
    brandMatch: 0,
    categoryMatch: 0,
    attributeMatch: 0,
    descriptionMatch: 0,
    exactMatch: 0,
    clicks: 0,
  },
  missing: { price: 0, rating: 0 },
  clicks: QueryClicks.NONE,
};
export const RANKING_VERSION = 'log-linear-1';

/** A boost of 0 ranks a product last but does not hide it. */
const MIN_BOOST = 1e-9;
/** Novelty only breaks ties: a product that is one year newer scores 0.00003 more. */
const NOVELTY_PER_MS = 1e-15;

/** The features of a product for a query and a customer. */
export type FeatureVector = Readonly<Record<RankingFeature, number>>;

/** All inputs of a product's score. */
export interface HitEvidence extends FeatureVector {
  /** Evidence from clicks on the product after this query, see {@link QueryClicks}; 0 for none. */
  readonly clicks: number;
  /** The combined boost factor of the request and the merchandising rules. */
  readonly boost: number;
}

/** Returns the part of the score that depends on the product alone. */
export function productScore(
  { weights, missing }: RankingModel,
  { unavailable, price, discount, rating, novelty }: ProductEvidence,
): number {
  return (
    weights.unavailable * unavailable +
    weights.price * (Number.isNaN(price) ? 0 : price - missing.price) +
    weights.discount * discount +
    weights.rating * (Number.isNaN(rating) ? 0 : rating - missing.rating) +
    weights.novelty * novelty
  );
}

/** Returns whether a model's score depends on the fields in which the query's words match. */
export function usesFieldEvidence({ weights }: RankingModel): boolean {
  return FIELD_FEATURES.some((name) => weights[name] !== 0);
}

/** Returns the part of the score from the fields in which the query's words match. Unknown features (NaN) add 0. */
export function fieldScore({ weights }: RankingModel, evidence: FieldEvidence): number {
  let sum = 0;
  for (const name of FIELD_FEATURES) {
    const share = evidence[name];
    if (!Number.isNaN(share)) sum += weights[name] * share;
  }
  return sum;
}

/** Returns the part of the score from the boost factor: its logarithm, which is 0 for a factor of 1. */
export function boostScore(boost: number): number {
  return boost === 1 ? 0 : Math.log(Math.max(boost, MIN_BOOST));
}

export function score(model: RankingModel, evidence: HitEvidence): number {
  const { weights } = model;
  return (
    weights.text * evidence.text +
    weights.popularity * evidence.popularity +
    weights.affinity * evidence.affinity +
    weights.clicks * evidence.clicks +
    fieldScore(model, evidence) +
    productScore(model, evidence) +
    boostScore(evidence.boost)
  );
}

/** Returns the `text` feature of a BM25F score. */
export function textFeature(textScore: number): number {
  return textScore === 0 ? 0 : Math.log1p(textScore);
}

/** Returns the sort key of a score, with novelty as a tie-breaker. @param newest ms since 1970 */
export function withNovelty(scored: number, newest: number): number {
  return Number.isNaN(newest) ? scored : scored + newest * NOVELTY_PER_MS;
}

export interface ScoreShare {
  readonly source: 'text' | 'fields' | 'popularity' | 'affinity' | 'clicks' | 'product' | 'boost';
  /** > 0; the shares of one product add up to 1. */
  readonly share: number;
}

/** Returns the shares of the positive parts of a score, largest first. */
export function scoreShares(model: RankingModel, evidence: HitEvidence): ScoreShare[] {
  const { weights } = model;
  const parts = [
    { source: 'text', part: weights.text * evidence.text },
    { source: 'fields', part: fieldScore(model, evidence) },
    { source: 'popularity', part: weights.popularity * evidence.popularity },
    { source: 'affinity', part: weights.affinity * evidence.affinity },
    { source: 'clicks', part: weights.clicks * evidence.clicks },
    { source: 'product', part: productScore(model, evidence) },
    { source: 'boost', part: boostScore(evidence.boost) },
  ] as const;
  const raising = parts.filter(({ part }) => part > 0);
  const total = raising.reduce((sum, { part }) => sum + part, 0);
  return [...raising].sort((a, b) => b.part - a.part).map(({ source, part }) => ({ source, share: part / total }));
}
