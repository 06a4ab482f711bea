import type { ProductConditions } from '../catalog/product-conditions.service';
import type { Affinities } from '../recommend/customer-affinities.service';
import type { ShopPopularity } from '../recommend/shop-popularity.service';
import type { Hit } from './index/search-request';
import type { Ranking } from './index/ranking';
import { type Evidence, score, textPart, withNovelty } from './ranking/log-linear';
import type { SegmentProducts } from './segment-products.read-model';

export interface RankingOptions {
  readonly segments: SegmentProducts;
  readonly popularity: ShopPopularity['current'];
  readonly affinities: Affinities | null;
  readonly boost: ProductConditions['boost'];
  /** Products that come first, in this order, and last. */
  readonly pins?: readonly string[];
  readonly buried?: readonly string[];
}

/** Beyond any score. */
const FAR = 1e6;

/** Puts products in order by their words, by what is popular, by the customer and by the request's boost. */
export function rankingBy(options: RankingOptions): Ranking {
  const { segments, popularity, affinities, boost, pins = [], buried = [] } = options;
  const { table, values } = popularity;
  return (columns) => {
    const indexOf = segments.indexesOf(columns, table);
    const productOf = boost === null ? undefined : segments.of(columns);
    const available = columns.numbers('available');
    const newest = columns.numbers('newest');
    const pinned = new Map(pins.map((id, place) => [columns.find(id), FAR - place]));
    const last = new Set(buried.map((id) => columns.find(id)));
    const key = (doc: number, text: number) => {
      const place = pinned.get(doc);
      if (place !== undefined) return place;
      const index = indexOf(doc);
      const wanted = index < 0 || index >= values.length ? 0 : values[index];
      const affinity = index < 0 || affinities === null ? 0 : (affinities.scores.get(index) ?? 0);
      const factor = boost === null ? 1 : boost(productOf?.(doc));
      const scored = withNovelty(score(text, wanted, affinity, factor, available[doc] === 1), newest[doc]);
      return last.has(doc) ? scored - FAR : scored;
    };
    if (boost !== null) return { key };
    const prior = () => ({
      values: segments.priorsOf(columns, popularity),
      gain: textPart,
      // What is wanted by the customer, or pinned, comes before its time; what is buried does not.
      except: [
        ...pinned.keys(),
        ...Array.from(affinities?.scores.keys() ?? [], (index) => columns.find(table.idAt(index))),
      ].filter((doc) => doc >= 0),
    });
    return { key, prior };
  };
}

/** Puts products in order by what is popular, and by nothing else. */
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

/** What a hit's place rests on. */
export function evidenceOf(
  hit: Hit,
  { popularity, affinities, boost }: RankingOptions,
  product: Parameters<NonNullable<ProductConditions['boost']>>[0],
): Evidence {
  const index = popularity.table.indexOf(hit.id);
  return {
    text: hit.score,
    popularity: popularity.values[index] ?? 0,
    affinity: index < 0 || affinities === null ? 0 : (affinities.scores.get(index) ?? 0),
    boost: boost === null ? 1 : boost(product),
    available: product?.availability !== 'OUT_OF_STOCK',
  };
}
