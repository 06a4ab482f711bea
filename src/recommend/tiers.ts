import { completeBasket } from './basket-completion';
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
  /** Candidates, scored. */
  candidates(): Candidate[];
  /** Why this one. */
  reasons(candidate: Candidate): Reason[];
}

const vector = new ScoreVector();

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
    candidates() {
      const made = new PersonalRanking(input.shop, history, input.now, input.blend, input.models ?? NO_MODELS);
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
  return pairTier(input, 'co-purchase', purchaseNeighbours, (items) => completeBasket(purchase, items, vector));
}

function pairTier(
  { shop, productIds }: RecommendInput,
  source: string,
  neighbours: NeighbourLists,
  score: (items: Int32Array) => void,
): Tier {
  const items = Int32Array.from(productIds, (id) => shop.products.indexOf(id)).filter((item) => item >= 0);
  return {
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
    candidates: () =>
      Array.from(input.newest?.() ?? [], (productId, rank) => ({
        productId,
        product: input.shop.products.indexOf(productId),
        score: 1 / (1 + rank),
      })),
    reasons: () => [{ source: 'newest', share: 1 }],
  };
}

/** Distinct products by latest VIEW, newest first. */
export function recentlyViewedTier(input: RecommendInput): Tier {
  return {
    candidates: () =>
      (input.history?.recentlyViewed() ?? []).map((productId, rank) => ({
        productId,
        product: input.shop.products.indexOf(productId),
        score: 1 / (1 + rank),
      })),
    reasons: () => [{ source: 'recently-viewed', share: 1 }],
  };
}
