import { completeBasket, weightByEase } from './basket-completion';
import type { ScoreScale } from './boost';
import { listOfIds, listOfIndexes, type CandidateList } from './candidate-list';
import { personalReasons } from './explain';
import type { CustomerHistory } from '../../live-state/history';
import type { NeighbourLists } from '../../live-state/neighbour-lists';
import { PersonalRanking } from './personal-ranking';
import type { CandidateProduct, RankingReason, RecommendInput } from './list-input';
import { ScoreVector } from '../artefact/score-vector';
import { shopScoresOf } from './shop-scores';
import { NO_MODELS, type ShopSource } from '../sources/source';
import { strongestNeighbour } from './strongest-neighbour';

/**
 * One source of a list's products. A list is filled from its first stage and, if it is still short, from the following
 * stages.
 */
export interface FallbackStage {
  readonly scale: ScoreScale;
  candidates(): CandidateList;
  reasons(candidate: CandidateProduct): RankingReason[];
}

const vector = new ScoreVector();

/** Returns the request's filter as a function of the product index, which evaluates the filter once per product. */
export function admitsIndex({ admits, shop }: RecommendInput): ((product: number) => boolean) | undefined {
  if (admits == null) return undefined;
  const verdicts = new Int8Array(shop.products.size);
  return (product) => {
    if (verdicts[product] === 0) verdicts[product] = admits(shop.products.idAt(product)) ? 1 : -1;
    return verdicts[product] === 1;
  };
}

/** The candidates of all sources, ranked for the customer. With `boughtOnly`, only products bought before. */
export function personalStage(input: RecommendInput, history: CustomerHistory, boughtOnly = false): FallbackStage {
  let ranking: PersonalRanking | undefined;
  return {
    scale: input.blend?.isCompatible() ? 'log-odds' : 'linear',
    candidates() {
      const { shop, now, blend, models = NO_MODELS } = input;
      const admits = admitsIndex(input);
      const make = () => new PersonalRanking(shop, history, now, blend, models, admits);
      const made = PersonalRanking.ofVersion(admits === undefined ? input.version : undefined, make);
      ranking = made;
      const size = boughtOnly ? made.boughtCount : made.candidates.length;
      return listOfIndexes(input.shop.products, made.candidates, made.scores, size);
    },
    reasons: (candidate) => personalReasons(input.shop, ranking as PersonalRanking, candidate.product),
  };
}

/** Products that interest the same customers as the given products. */
export function similarStage(input: RecommendInput): FallbackStage {
  const { interestNeighbours } = input.shop;
  return pairStage(input, 'co-interest', interestNeighbours, (items) => {
    for (const item of items) interestNeighbours.forEachNeighbour(item, (j, similarity) => vector.add(j, similarity));
  });
}

/** Products that are bought together with the given products. */
export function boughtTogetherStage(input: RecommendInput): FallbackStage {
  const { purchase, purchaseNeighbours } = input.shop;
  const ease = input.models?.ease;
  return pairStage(input, 'co-purchase', purchaseNeighbours, (items) => {
    completeBasket(purchase, items, vector);
    if (ease) weightByEase(ease, input.shop.products, items, vector);
  });
}

function pairStage(
  { shop, productIds }: RecommendInput,
  source: string,
  neighbours: NeighbourLists,
  score: (items: Int32Array) => void,
): FallbackStage {
  // A cart may contain a product twice, which counts once.
  const items = Int32Array.from(new Set(productIds), (id) => shop.products.indexOf(id)).filter((item) => item >= 0);
  return {
    scale: 'linear',
    candidates() {
      vector.reset(shop.products.size);
      score(items);
      const products = vector.scoredProducts().slice();
      return listOfIndexes(
        shop.products,
        products,
        Float64Array.from(products, (product) => vector.values[product]),
      );
    },
    reasons({ product }) {
      const because = strongestNeighbour(neighbours, items, product);
      return [{ source, share: 1, ...(because < 0 ? {} : { productId: shop.products.idAt(because) }) }];
    },
  };
}

/** Number of the given products whose categories fill a list: those of more products are most of the catalogue. */
const MAX_CATEGORISED = 10;

/** Products that share a category with the first of the given products that have one, most popular first. */
export function sameCategoryStage(input: RecommendInput): FallbackStage {
  const { shop, sameCategory } = input;
  const explainingProducts = new Map<string, string>();
  return {
    scale: 'linear',
    candidates() {
      let categorised = 0;
      for (const givenId of input.productIds) {
        if (categorised === MAX_CATEGORISED) break;
        const others = [...(sameCategory?.(givenId) ?? [])];
        if (others.length > 0) categorised++;
        for (const productId of others) {
          if (!explainingProducts.has(productId)) explainingProducts.set(productId, givenId);
        }
      }
      const ids = Array.from(explainingProducts.keys());
      const popularityOf = (product: number) => (product < 0 ? 0 : shop.stats.month.read(product, input.now));
      return listOfIds(
        shop.products,
        ids,
        ids.map((id) => popularityOf(shop.products.indexOf(id))),
      );
    },
    reasons: ({ productId }) => [{ source: 'same-category', productId: explainingProducts.get(productId), share: 1 }],
  };
}

/** All products, ranked by a score that is the same for all customers. */
export function shopStage({ shop, now }: RecommendInput, source: ShopSource): FallbackStage {
  return {
    scale: 'linear',
    candidates() {
      const { values } = shopScoresOf(shop, source, now);
      return {
        size: shop.products.size,
        scores: values,
        productAt: (product) => product,
        idAt: (product) => shop.products.idAt(product),
      };
    },
    reasons: () => [{ source: source.name, share: 1 }],
  };
}

/** The products of the catalogue, newest first. They fill the lists of a shop or a category without events. */
export function newestStage(input: RecommendInput): FallbackStage {
  return {
    scale: 'linear',
    candidates() {
      const ids: string[] = [];
      const scores: number[] = [];
      // Stops when there are enough products to fill the list, even if every excluded or already listed product is
      // among them. Variants of a group count as one product. A boost can change the order, so with a boost all
      // products are needed.
      const { boost, limit, exclude, productIds, history, groupOf } = input;
      const enough = boost == null ? 2 * limit + exclude.size + productIds.length + (history?.size ?? 0) : Infinity;
      const groups = new Set<string>();
      let variants = 0;
      let rank = 0;
      for (const productId of input.newest?.() ?? []) {
        if (ids.length - variants >= enough) break;
        rank++;
        if (!input.eligible(productId) || input.admits?.(productId) === false) continue;
        ids.push(productId);
        scores.push(1 / rank);
        const group = groupOf?.(productId);
        if (group == null) continue;
        if (groups.has(group)) variants++;
        groups.add(group);
      }
      return listOfIds(input.shop.products, ids, scores);
    },
    reasons: () => [{ source: 'newest', share: 1 }],
  };
}

/** Distinct products by the time of their latest VIEW, newest first. */
export function recentlyViewedStage(input: RecommendInput): FallbackStage {
  return {
    scale: 'linear',
    candidates() {
      const ids = input.history?.recentlyViewed() ?? [];
      return listOfIds(
        input.shop.products,
        ids,
        ids.map((_, rank) => 1 / (1 + rank)),
      );
    },
    reasons: () => [{ source: 'recently-viewed', share: 1 }],
  };
}
