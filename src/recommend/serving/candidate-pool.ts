import type { CustomerProfile } from '../../features/customer-profile';
import type { SourceScores } from '../../features/feature-set';
import { TopK } from '../../learn/select';
import type { PurchasedProduct } from '../../live-state/history';
import { shopScoresOf } from './shop-scores';
import type { ShopState } from '../../live-state/shop-state';
import { CustomerScores } from './source-scores';
import { PERSONAL_SOURCES, SESSION_SOURCES, SHOP_SOURCES } from '../sources';
import type { Source, SourceModels } from '../sources/source';

/** Maximum number of best products taken from each source, not counting products that the customer has bought. */
const CANDIDATES_PER_SOURCE = 100;

const ANY = () => true;

/** The products that a list is selected from. */
export interface CandidateSet {
  /**
   * Distinct product indexes: first the bought products, then all other candidates. The sequence depends only on
   * the shop's state and the customer's history.
   */
  readonly products: Int32Array;
  /** The customer's purchases, in the same order as the bought products at the start of `products`. */
  readonly bought: readonly PurchasedProduct[];
  /** Number of candidates without those that only the sources of sessions give, which come last. */
  readonly countWithoutSessions: number;
}

/**
 * Generates the candidates of one customer: each source's best products, and all products that the customer has bought.
 * It also holds the scores of every source. The pool is reused between requests, and its contents are valid until the
 * next `collect`.
 */
export class CandidatePool {
  private readonly personal = PERSONAL_SOURCES.map(withScores);
  private readonly bySessions = SESSION_SOURCES.map(withScores);
  private readonly scoresByName = new Map<string, SourceScores>(
    [...this.personal, ...this.bySessions].flatMap(({ source, scores }) =>
      source.names.map((name, n) => [name, scores[n]] as const),
    ),
  );
  private readonly replacements = new TopK(CANDIDATES_PER_SOURCE);
  /** For each product: {@link CANDIDATE}, {@link BOUGHT}, or 0 if it is not a candidate. */
  private marks = new Uint8Array(0);
  private union = new Int32Array(0);
  private size = 0;

  /** The scores that each source gives, by the name of the source. */
  get scores(): ReadonlyMap<string, SourceScores> {
    return this.scoresByName;
  }

  /** @param admits returns false for products that must not be candidates */
  collect(
    shop: ShopState,
    profile: CustomerProfile,
    models: SourceModels,
    admits: (product: number) => boolean = ANY,
  ): CandidateSet {
    const productCount = shop.products.size;
    if (this.marks.length < productCount) {
      this.marks = new Uint8Array(2 * productCount);
      this.union = new Int32Array(2 * productCount);
    }
    this.size = 0;
    try {
      for (const product of profile.purchases.keys()) this.add(product, BOUGHT);
      this.markPersonal(this.personal, shop, profile, models, admits);
      this.markShop(shop, profile, admits);
      const countWithoutSessions = this.size;
      this.markPersonal(this.bySessions, shop, profile, models, admits);
      const candidates = this.union.slice(0, this.size);
      return { products: candidates, bought: Array.from(profile.purchases.values()), countWithoutSessions };
    } finally {
      // `admits` may throw, so the marks are cleared in any case.
      for (let at = 0; at < this.size; at++) this.marks[this.union[at]] = 0;
    }
  }

  private markPersonal(
    sources: readonly ScoredSource[],
    shop: ShopState,
    profile: CustomerProfile,
    models: SourceModels,
    admits: (product: number) => boolean,
  ): void {
    const productCount = shop.products.size;
    for (const { source, scores } of sources) {
      for (const { vector } of scores) vector.reset(productCount);
      source.score(
        shop,
        profile,
        scores.map(({ vector }) => vector),
        models,
      );
      for (const ranked of scores) {
        ranked.rank();
        this.addBest(ranked, () => ranked.vector.scoredProducts(), admits);
      }
    }
  }

  private markShop(shop: ShopState, profile: CustomerProfile, admits: (product: number) => boolean): void {
    for (const source of SHOP_SOURCES) {
      const ranked = shopScoresOf(shop, source, profile.now);
      this.scoresByName.set(source.name, ranked);
      this.addBest(ranked, () => indexes(shop.products.size), admits);
    }
  }

  /** @param scoredProducts returns all products that the source scores */
  private addBest(
    { best, values }: SourceScores,
    scoredProducts: () => Int32Array,
    admits: (product: number) => boolean,
  ): void {
    const { marks } = this;
    let takenCount = 0;
    for (let rank = 0; rank < best.length && takenCount < CANDIDATES_PER_SOURCE; rank++) {
      const product = best[rank];
      if (marks[product] === BOUGHT || !admits(product)) continue;
      if (marks[product] === 0) this.add(product, CANDIDATE);
      takenCount++;
    }
    if (takenCount === CANDIDATES_PER_SOURCE || best.length === 0) return;
    // Too many of the best products were bought or not admitted, so all other scored products are searched.
    const lowestBestScore = values[best[best.length - 1]];
    this.replacements.reset(CANDIDATES_PER_SOURCE - takenCount);
    for (const product of scoredProducts()) {
      const value = values[product];
      if (!(value > 0) || value > lowestBestScore || marks[product] === BOUGHT) continue;
      if (value === lowestBestScore && best.includes(product)) continue;
      if (admits(product)) this.replacements.offer(product, value);
    }
    for (const product of this.replacements.selected()) if (marks[product] === 0) this.add(product, CANDIDATE);
  }

  private add(product: number, mark: number): void {
    this.marks[product] = mark;
    this.union[this.size++] = product;
  }
}

/** A source with the memory for its scores. */
interface ScoredSource {
  readonly source: Source;
  readonly scores: readonly CustomerScores[];
}

function withScores(source: Source): ScoredSource {
  return { source, scores: source.names.map(() => new CustomerScores()) };
}

function indexes(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, product) => product);
}

const CANDIDATE = 1;
const BOUGHT = 2;
