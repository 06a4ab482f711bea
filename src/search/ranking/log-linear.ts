import type { RankingFeature } from './evidence-vector';
import { FIELD_FEATURES, type FieldEvidence } from './field-evidence';
import type { OwnEvidence } from './own-evidence';
import { QueryClicks } from './query-clicks';

/**
 * How search puts products in order, as a sum of logarithms, so that each part multiplies what the others say:
 *
 *     score = Σ weight · feature + ln(boost)
 *
 * over what is known of a product ({@link FeatureVector}), and what clicks say of it for the query. Where the weights
 * were learned, the score is ln(odds) that somebody who looks at the product wants it, up to a constant.
 */
export interface RankingModel {
  readonly weights: Readonly<Record<RankingFeature | 'clicks', number>>;
  /** What counts for products without a price, or a rating. */
  readonly missing: { readonly price: number; readonly rating: number };
  readonly clicks: QueryClicks;
}

/** Set by hand, the same for every shop: what answers until a version has been learned from the shop's clicks. */
export const HAND_SET: RankingModel = {
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

/** A boost of 0 puts last, and does not hide. */
const MIN_BOOST = 1e-9;
/** Orders what is otherwise equal, and nothing else: a year is worth 0.00003. */
const NOVELTY_PER_MS = 1e-15;

/** What is known of a product for a query and a customer. */
export type FeatureVector = Readonly<Record<RankingFeature, number>>;

/** What speaks for a product. */
export interface Evidence extends FeatureVector {
  /** What clicks say of it for this query; 0 for nothing. */
  readonly clicks: number;
  /** What the request multiplies it by. */
  readonly boost: number;
}

/** What a product has by itself adds so much. */
export function ownScore(
  { weights, missing }: RankingModel,
  { unavailable, price, discount, rating, novelty }: OwnEvidence,
): number {
  return (
    weights.unavailable * unavailable +
    weights.price * (Number.isNaN(price) ? 0 : price - missing.price) +
    weights.discount * discount +
    weights.rating * (Number.isNaN(rating) ? 0 : rating - missing.rating) +
    weights.novelty * novelty
  );
}

/** Whether it matters to a model where words are found. */
export function weighsFields({ weights }: RankingModel): boolean {
  return FIELD_FEATURES.some((name) => weights[name] !== 0);
}

/** Where the words of the query are found adds so much; what was not looked at, nothing. */
export function fieldScore({ weights }: RankingModel, evidence: FieldEvidence): number {
  let sum = 0;
  for (const name of FIELD_FEATURES) {
    const share = evidence[name];
    if (!Number.isNaN(share)) sum += weights[name] * share;
  }
  return sum;
}

/** What the request's boost adds. */
export function boostScore(boost: number): number {
  return boost === 1 ? 0 : Math.log(Math.max(boost, MIN_BOOST));
}

export function score(model: RankingModel, evidence: Evidence): number {
  const { weights } = model;
  return (
    weights.text * evidence.text +
    weights.popularity * evidence.popularity +
    weights.affinity * evidence.affinity +
    weights.clicks * evidence.clicks +
    fieldScore(model, evidence) +
    ownScore(model, evidence) +
    boostScore(evidence.boost)
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
  readonly source: 'text' | 'fields' | 'popularity' | 'affinity' | 'clicks' | 'product' | 'boost';
  /** > 0; those of one product add up to 1. */
  readonly share: number;
}

/** What a score is made of, the largest part first; what lowers it has no share. */
export function sharesOf(model: RankingModel, evidence: Evidence): ScoreShare[] {
  const { weights } = model;
  const parts = [
    { source: 'text', part: weights.text * evidence.text },
    { source: 'fields', part: fieldScore(model, evidence) },
    { source: 'popularity', part: weights.popularity * evidence.popularity },
    { source: 'affinity', part: weights.affinity * evidence.affinity },
    { source: 'clicks', part: weights.clicks * evidence.clicks },
    { source: 'product', part: ownScore(model, evidence) },
    { source: 'boost', part: boostScore(evidence.boost) },
  ] as const;
  const raising = parts.filter(({ part }) => part > 0);
  const total = raising.reduce((sum, { part }) => sum + part, 0);
  return [...raising].sort((a, b) => b.part - a.part).map(({ source, part }) => ({ source, share: part / total }));
}
