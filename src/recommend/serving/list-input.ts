import type { ServedBasket } from '../basket/basket-stage';
import type { RankerModel } from '../artefact/ranker-model';
import type { CustomerHistory } from '../../live-state/history';
import type { Intent } from './intent';
import type { ShopState } from '../../live-state/shop-state';
import type { SourceModels } from '../sources/source';

export interface RecommendInput {
  readonly shop: ShopState;
  readonly history: CustomerHistory | null;
  readonly intent: Intent;
  /** The product of the page (SIMILAR, COMPLEMENTARY) or the products of the cart (BASKET). */
  readonly productIds: readonly string[];
  readonly exclude: ReadonlySet<string>;
  /** Returns whether a product can be sold or, for RECENTLY_VIEWED, is published. */
  readonly eligible: (productId: string) => boolean;
  /** Returns whether a product passes the request's filter. It is applied before candidates are limited in number. */
  readonly admits?: ((productId: string) => boolean) | null;
  /** Returns the factor, ≥ 0, that boosts (> 1) or demotes (< 1) a product. */
  readonly boost?: ((productId: string) => number) | null;
  /**
   * Whether products that the customer has bought are included. Default: they are, except in NEW, and except products
   * that were bought too recently to be wanted again. `true` includes all of them.
   */
  readonly includePurchased?: boolean;
  /** The fitted ranker. Null: none has been fitted yet, and rank fusion is used. */
  readonly blend: RankerModel | null;
  /** The fitted ranker for the intent BASKET. Default: none, and co-purchase counts are used. */
  readonly basket?: ServedBasket | null;
  /** Models of the candidate sources. Default: no models. */
  readonly models?: SourceModels;
  /**
   * Identifies the state of the shop, the history and the models. Two lists of the same version rank their candidates
   * once. Default: each list ranks its own.
   */
  readonly version?: string;
  /**
   * Current time, ms. Serving uses `shop.clock`, the time of the newest event, because a shop's data may end in the
   * past.
   */
  readonly now: number;
  readonly limit: number;
  /** Whether reasons are computed; default true. */
  readonly reasons?: boolean;
  /** Returns products that share a category with a product. */
  readonly sameCategory?: (productId: string) => Iterable<string>;
  readonly categoriesOf?: (productId: string) => readonly string[];
  /** Returns the variant group of a product. Default: products have no variants. */
  readonly groupOf?: (productId: string) => string | null;
  /** Returns the products of the catalogue, newest first. They fill a list that is too short. */
  readonly newest?: () => Iterable<string>;
  /** Returns the published products of the catalogue. */
  readonly catalogue?: () => Iterable<CatalogueEntry>;
}

/** A product of the catalogue, with or without events. */
export interface CatalogueEntry {
  readonly productId: string;
  readonly categories: readonly string[];
  /** Time of publication, ms; absent if unknown. */
  readonly publishedAt?: number;
  /** Time of the last change, ms. */
  readonly updatedAt: number;
}

export interface RankingReason {
  /** A candidate source (see `sources/`), or `same-category`, `recently-viewed`, `newest` or `boost`. */
  readonly source: string;
  /** The product of the history, page or cart that explains the recommendation. */
  readonly productId?: string;
  /** At least 0. The shares of one product's reasons sum to 1. */
  readonly share: number;
}

export interface RankedProduct {
  readonly productId: string;
  /** Comparable only within one list, and there only within one fallback stage: see `FallbackStage`. */
  readonly score: number;
  readonly reasons: RankingReason[];
}

export interface CandidateProduct {
  readonly productId: string;
  /** Index in the shop's product table; −1 for a product without events. */
  readonly product: number;
}
