import { completeBasket, weighByEase } from './basket-completion';
import type { Scale } from './boost';
import { personalReasons } from './explain';
import type { CustomerHistory } from './history';
import type { NeighbourLists } from './neighbour-lists';
import { PersonalRanking } from './personal-ranking';
import type { Candidate, Reason, RecommendInput } from './recommendation';
import { ScoreVector } from './score-vector';
import type { ShopState } from './shop-state';
import { NO_MODELS } from './sources/source';
import { strongestNeighbour } from './strongest-neighbour';

/**
 * One place where a list's products come from. A list is filled from its first tier, and only if that does not do, from
 * the next.
 */
export interface Tier {
  readonly scale: Scale;
  /** Candidates, scored. */
  candidates(): Candidate[];
  /** Why this one. */
  reasons(candidate: Candidate): Reason[];
}

const vector = new ScoreVector();

/** The filter by product index, each product asked once. */
export function admitsIndex({ admits, shop }: RecommendInput): ((product: number) => boolean) | undefined {
  if (admits == null) return undefined;
  const known = new Int8Array(shop.products.size);
  return (product) => {
    if (known[product] === 0) known[product] = admits(shop.products.idAt(product)) ? 1 : -1;
    return known[product] === 1;
  };
}

function listOf(shop: ShopState): Candidate[] {
  const list: Candidate[] = [];
  for (let at = 0; at < vector.count; at++) {
    const product = vector.productAt(at);
    list.push({ productId: shop.products.idAt(product), product, score: vector.values[product] });
  }
  return list;
}

/** The customer's own list: the blend over all sources. */
export function personalTier(input: RecommendInput, history: CustomerHistory, boughtOnly = false): Tier {
  let ranking: PersonalRanking | undefined;
  return {
    scale: input.blend?.fits() ? 'log-odds' : 'linear',
    candidates() {
      const made = new PersonalRanking(
        input.shop,
        history,
        input.now,
        input.blend,
        input.models ?? NO_MODELS,
        admitsIndex(input),
      );
      ranking = made;
      const products = boughtOnly ? Array.from(made.profile.purchases.keys()) : Array.from(made.candidates);
      return products.map((product) => ({
        productId: input.shop.products.idAt(product),
        product,
        score: made.score(product),
      }));
    },
    reasons: (candidate) => personalReasons(input.shop, ranking as PersonalRanking, candidate.product),
  };
}

/** What interests the customers whom the given products interest. */
export function similarTier(input: RecommendInput): Tier {
  const { interestNeighbours } = input.shop;
  return pairTier(input, 'co-interest', interestNeighbours, (items) => {
    for (const item of items) interestNeighbours.forEachNeighbour(item, (j, similarity) => vector.add(j, similarity));
  });
}

/** What is bought together with the given products. */
export function boughtTogetherTier(input: RecommendInput): Tier {
  const { purchase, purchaseNeighbours } = input.shop;
  const ease = input.models?.ease;
  return pairTier(input, 'co-purchase', purchaseNeighbours, (items) => {
    completeBasket(purchase, items, vector);
    if (ease) weighByEase(ease, input.shop.products, items, vector);
  });
}

function pairTier(
  { shop, productIds }: RecommendInput,
  source: string,
  neighbours: NeighbourLists,
  score: (items: Int32Array) => void,
): Tier {
  // A cart may name a product twice: it is one reason all the same.
  const items = Int32Array.from(new Set(productIds), (id) => shop.products.indexOf(id)).filter((item) => item >= 0);
  return {
    scale: 'linear',
    candidates() {
      vector.reset(shop.products.size);
      score(items);
      return listOf(shop);
    },
    reasons({ product }) {
      const because = strongestNeighbour(neighbours, items, product);
      return [{ source, share: 1, ...(because < 0 ? {} : { productId: shop.products.idAt(because) }) }];
    },
  };
}

/** Products of the same categories, the popular ones first. */
export function sameCategoryTier(input: RecommendInput): Tier {
  const { shop, sameCategory } = input;
  const because = new Map<string, string>();
  return {
    scale: 'linear',
    candidates() {
      const list: Candidate[] = [];
      for (const from of sameCategory === undefined ? [] : input.productIds) {
        for (const productId of sameCategory?.(from) ?? []) {
          if (because.has(productId)) continue;
          because.set(productId, from);
          const product = shop.products.indexOf(productId);
          list.push({ productId, product, score: product < 0 ? 0 : shop.stats.month.read(product, input.now) });
        }
      }
      return list;
    },
    reasons: ({ productId }) => [{ source: 'same-category', productId: because.get(productId), share: 1 }],
  };
}

/** The whole catalogue by what each product is worth to anybody. */
export function shopTier(input: RecommendInput, source: string, scoreOf: (product: number) => number): Tier {
  const { shop } = input;
  return {
    scale: 'linear',
    candidates() {
      const list: Candidate[] = [];
      for (let product = 0; product < shop.products.size; product++) {
        list.push({ productId: shop.products.idAt(product), product, score: scoreOf(product) });
      }
      return list;
    },
    reasons: () => [{ source, share: 1 }],
  };
}

/** What the catalogue has, the newest first: for a shop, or a corner of it, where nothing has happened yet. */
export function newestTier(input: RecommendInput): Tier {
  return {
    scale: 'linear',
    candidates() {
      const list: Candidate[] = [];
      // However many of them are in the list already, or are not wanted in it.
      const { boost, limit, exclude, productIds, history } = input;
      const enough = boost == null ? 2 * limit + exclude.size + productIds.length + (history?.size ?? 0) : Infinity;
      let rank = 0;
      for (const productId of input.newest?.() ?? []) {
        if (list.length >= enough) break;
        rank++;
        if (!input.eligible(productId) || input.admits?.(productId) === false) continue;
        list.push({ productId, product: input.shop.products.indexOf(productId), score: 1 / rank });
      }
      return list;
    },
    reasons: () => [{ source: 'newest', share: 1 }],
  };
}

/** Distinct products by latest VIEW, newest first. */
export function recentlyViewedTier(input: RecommendInput): Tier {
  return {
    scale: 'linear',
    candidates: () =>
      (input.history?.recentlyViewed() ?? []).map((productId, rank) => ({
        productId,
        product: input.shop.products.indexOf(productId),
        score: 1 / (1 + rank),
      })),
    reasons: () => [{ source: 'recently-viewed', share: 1 }],
  };
}
