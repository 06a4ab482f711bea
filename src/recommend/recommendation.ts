import type { ServedBasket } from './basket/basket-tier';
import type { BlendModel } from './blend-model';
import type { CustomerHistory } from './history';
import type { Intent } from './intent';
import type { ShopState } from './shop-state';
import type { SourceModels } from './sources/source';

export interface RecommendInput {
  readonly shop: ShopState;
  readonly history: CustomerHistory | null;
  readonly intent: Intent;
  /** The page's product (SIMILAR, COMPLEMENTARY) or the cart's (BASKET). */
  readonly productIds: readonly string[];
  readonly exclude: ReadonlySet<string>;
  /** Can it be sold? */
  readonly eligible: (productId: string) => boolean;
  /** Does it pass the request's filter? Asked before anything is cut off. */
  readonly admits?: ((productId: string) => boolean) | null;
  /** What its score is multiplied by, ≥ 0. */
  readonly boost?: ((productId: string) => number) | null;
  /** Absent: what was bought, but not just now; nothing of it in NEW. `true`: all of it. */
  readonly includePurchased?: boolean;
  /** null: not fitted yet; ranks are fused instead. */
  readonly blend: BlendModel | null;
  /** What BASKET ranks with; default: it counts what is bought together. */
  readonly basket?: ServedBasket | null;
  /** What sources score with; default: nothing fitted. */
  readonly models?: SourceModels;
  /** ms; a shop whose data ends in the past passes `shop.clock`. */
  readonly now: number;
  readonly limit: number;
  /** Whether anybody wants to know why; default true. */
  readonly reasons?: boolean;
  /** Products of the same categories, for a product that has no neighbours. */
  readonly sameCategory?: (productId: string) => Iterable<string>;
  readonly categoriesOf?: (productId: string) => readonly string[];
  /** The group that the product is a variant of; default: every product is one of its own. */
  readonly groupOf?: (productId: string) => string | null;
  /** Products to end a short list with: those of the catalogue, the newest first. */
  readonly newest?: () => Iterable<string>;
  /** What the catalogue has, but for what is to be published only. */
  readonly catalogue?: () => Iterable<CatalogueEntry>;
}

/** A product of the catalogue, with or without events. */
export interface CatalogueEntry {
  readonly productId: string;
  readonly categories: readonly string[];
  /** ms */
  readonly publishedAt?: number;
  /** ms */
  readonly updatedAt: number;
}

export interface Reason {
  /** Candidate source, see `sources/`; or `same-category`, `recently-viewed`, `newest`, `boost`. */
  readonly source: string;
  /** The past, page or cart product that speaks for it. */
  readonly productId?: string;
  /** ≥ 0; a list item's shares sum to 1. */
  readonly share: number;
}

export interface RankedProduct {
  readonly productId: string;
  /** Comparable within one tier of one list only. */
  readonly score: number;
  readonly reasons: Reason[];
}

/** A product of a list. */
export interface Candidate {
  readonly productId: string;
  /** Index in the shop's table; −1 for one without any event. */
  readonly product: number;
}
