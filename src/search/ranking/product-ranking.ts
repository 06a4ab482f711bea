import type { ProductConditions } from '../../catalog/product-conditions.service';
import type { Affinities } from '../../recommend/serving/customer-affinities.service';
import type { ShopPopularity } from '../../live-state/replication/shop-popularity.service';
import type { Hit } from '../../search-engine/index/search-request';
import type { Ranking } from '../../search-engine/index/ranking';
import { discountOf } from '../document/product-document';
import type { Columns } from '../../search-engine/index/columns';
import type { MatchedFields } from '../../search-engine/index/matched-fields';
import { type FieldEvidence, fieldEvidenceOf } from './field-evidence';
import {
  boostScore,
  type HitEvidence,
  fieldScore,
  type RankingModel,
  scoreShares,
  textFeature,
  usesFieldEvidence,
  withNovelty,
} from './log-linear';
import { dayNumberOf, productEvidence } from './product-evidence';
import type { QueryRanker } from './query-ranker';
import type { HitExplanation } from '../search-snapshot';
import type { SegmentProducts } from '../segment-products.read-model';

export interface RankingOptions {
  readonly ranker: QueryRanker;
  readonly segments: SegmentProducts;
  readonly popularity: ShopPopularity['current'];
  readonly affinities: Affinities | null;
  /** The boosts of the request and of the merchandising rules. Their factors are multiplied. */
  readonly boosts: readonly ProductConditions[];
  /** Ids of the products that come first, in this order. */
  readonly pins?: readonly string[];
  /** Ids of the products that come last. */
  readonly buried?: readonly string[];
}

/**
 * Sort key of the first pinned product, and deduction from the keys of buried products. It exceeds any score, so pinned
 * products come first and buried products come last.
 */
const PIN_OFFSET = 1e6;

/** Returns a ranking by text match, popularity, customer affinity, clicks, product properties and boosts. */
export function rankingBy(options: RankingOptions): Ranking {
  const { ranker, segments, popularity, affinities, boosts, pins = [], buried = [] } = options;
  const { table, values } = popularity;
  const { weights } = ranker.model;
  const now = Date.now();
  return (columns) => {
    const indexOf = segments.indexesOf(columns, table);
    const factors = boosts.map((conditions) => segments.boostFactorOf(columns, conditions));
    const productScoreOf = ranker.productScores.of(columns, ranker.model, now);
    const clicks = byDocument(columns, ranker.clicks);
    const newest = columns.numbers('newest');
    const pinned = new Map(pins.map((id, place) => [columns.find(id), PIN_OFFSET - place]));
    const buriedDocs = new Set(buried.map((id) => columns.find(id)));
    const key = (doc: number, text: number) => {
      const pinnedKey = pinned.size === 0 ? undefined : pinned.get(doc);
      if (pinnedKey !== undefined) return pinnedKey;
      const index = indexOf(doc);
      const popularityValue = index < 0 || index >= values.length ? 0 : values[index];
      const affinity = index < 0 || affinities === null ? 0 : (affinities.scores.get(index) ?? 0);
      let factor = 1;
      for (let i = 0; i < factors.length; i++) factor *= factors[i](doc);
      const score =
        weights.text * textFeature(text) +
        weights.popularity * popularityValue +
        weights.affinity * affinity +
        (clicks === undefined ? 0 : weights.clicks * (clicks.get(doc) ?? 0)) +
        productScoreOf(doc) +
        (factors.length === 0 ? 0 : boostScore(factor));
      const scored = withNovelty(score, newest[doc]);
      return buriedDocs.size > 0 && buriedDocs.has(doc) ? scored - PIN_OFFSET : scored;
    };
    const refine = usesFieldEvidence(ranker.model) ? fieldRefinement(columns, ranker.model, pinned) : undefined;
    const movesByForm = (doc: number) => !pinned.has(doc) && !buriedDocs.has(doc);
    // The prior of a product is its score without text match, clicks and customer. From the prior and the text match, a
    // search computes an upper bound of the score, and skips matches that cannot rank high. The bound holds only
    // without boosts and with a text weight ≥ 0. Otherwise every match is scored.
    if (factors.length > 0 || weights.text < 0) return { key, refine, movesByForm };
    const prior = () => ({
      values: segments.priorsOf(columns, popularity, { model: ranker.model, day: dayNumberOf(now), productScoreOf }),
      gain: (text: number) => weights.text * textFeature(text),
      // Documents that may score higher than prior + gain: pinned ones, ones with clicks for this query, and ones with
      // a customer affinity. Buried documents only score lower.
      except: [
        ...pinned.keys(),
        ...(clicks?.keys() ?? []),
        ...Array.from(affinities?.scores.keys() ?? [], segments.documentsOf(columns, table)),
      ].filter((doc) => doc >= 0),
    });
    const maxExceptions = pinned.size + (clicks?.size ?? 0) + (affinities?.scores.size ?? 0);
    return { key, refine, movesByForm, prior, maxExceptions };
  };
}

/** Returns a function that adds the score of the matched fields to the sort key, except for pinned documents. */
function fieldRefinement(columns: Columns, model: RankingModel, pinned: ReadonlyMap<number, number>) {
  const fieldsOf = fieldEvidenceOf(columns);
  return (doc: number, key: number, matched: MatchedFields) =>
    pinned.has(doc) ? key : key + fieldScore(model, fieldsOf(matched));
}

/** Converts values by product id into values by document. */
function byDocument(columns: Columns, values: ReadonlyMap<string, number> | undefined) {
  if (values === undefined) return undefined;
  const found = new Map<number, number>();
  for (const [id, value] of values) {
    const doc = columns.find(id);
    if (doc >= 0) found.set(doc, value);
  }
  return found;
}

/** Returns a ranking by popularity alone. */
export function rankingByPopularity({ segments, popularity }: RankingOptions): Ranking {
  const { table, values } = popularity;
  return (columns) => {
    const indexOf = segments.indexesOf(columns, table);
    const newest = columns.numbers('newest');
    const key = (doc: number) => {
      const index = indexOf(doc);
      return withNovelty(index < 0 || index >= values.length ? 0 : values[index], newest[doc]);
    };
    return { key };
  };
}

/**
 * Returns the evidence that a hit's score is computed from.
 * @param fields for each field, the share of the query's words that it contains
 */
export function evidenceOf(
  hit: Hit,
  { ranker, popularity, affinities, boosts }: RankingOptions,
  product: Parameters<NonNullable<ProductConditions['boost']>>[0],
  fields: FieldEvidence,
): HitEvidence {
  const index = popularity.table.indexOf(hit.id);
  return {
    text: Math.log1p(hit.score),
    popularity: popularity.values[index] ?? 0,
    affinity: index < 0 || affinities === null ? 0 : (affinities.scores.get(index) ?? 0),
    clicks: ranker.clicks?.get(hit.id) ?? 0,
    boost: boosts.reduce((all, { boost }) => all * (boost?.(product) ?? 1), 1),
    ...fields,
    ...productEvidence(
      product?.availability !== 'OUT_OF_STOCK',
      product?.priceNumber ?? NaN,
      product === undefined ? NaN : discountOf(product),
      product?.rating ?? NaN,
      (product?.publishedAt ?? product?.updatedAt)?.getTime() ?? NaN,
      dayNumberOf(Date.now()),
    ),
  };
}

/** Returns the data for the `reasons` of the hits. @param evidenceOfHit see {@link evidenceOf} */
export function explanationsOf(
  hits: readonly Hit[],
  evidenceOfHit: (hit: Hit) => HitEvidence,
  { ranker, popularity, affinities, pins }: RankingOptions,
): HitExplanation[] {
  return hits.map((hit) => {
    const evidence = evidenceOfHit(hit);
    const index = evidence.affinity > 0 ? popularity.table.indexOf(hit.id) : -1;
    return {
      shares: scoreShares(ranker.model, evidence),
      pinned: pins?.includes(hit.id) ?? false,
      because: index < 0 ? [] : (affinities?.reasons(index) ?? []),
    };
  });
}
