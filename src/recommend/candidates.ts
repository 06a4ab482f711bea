import type { CustomerProfile } from '../features/customer-profile';
import type { SourceScores } from '../features/feature-set';
import { TopK } from '../learn/select';
import type { PurchasedProduct } from './history';
import { shopScoresOf } from './shop-scores';
import type { ShopState } from './shop-state';
import { CustomerScores } from './source-scores';
import { PERSONAL_SOURCES, SHOP_SOURCES } from './sources';
import type { SourceModels } from './sources/source';

/** Best products taken from each source, those the customer has bought not counted. */
export const PER_SOURCE = 100;

const ANY = () => true;

/** Where a list is chosen from. */
export interface Candidates {
  /** Product indexes, distinct: what the customer has bought, then the others, in an order that depends on state and history only. */
  readonly products: Int32Array;
  /** What was bought of the first so many. */
  readonly bought: readonly PurchasedProduct[];
}

/**
 * Candidate generation for one customer: every source's scores, and the union of each source's best with all that the
 * customer has bought. Reused from request to request; what it holds is valid until the next `collect`.
 */
export class CandidatePool {
  private readonly own = PERSONAL_SOURCES.map((source) => ({
    source,
    scores: source.names.map(() => new CustomerScores()),
  }));
  private readonly byName = new Map<string, SourceScores>(
    this.own.flatMap(({ source, scores }) => source.names.map((name, n) => [name, scores[n]] as const)),
  );
  private readonly rest = new TopK(PER_SOURCE);
  /** By product: 1 in the union, 2 bought. */
  private marks = new Uint8Array(0);
  private union = new Int32Array(0);
  private size = 0;

  /** By source. */
  get scores(): ReadonlyMap<string, SourceScores> {
    return this.byName;
  }

  /** @param admits what else takes no place among the best */
  collect(
    shop: ShopState,
    profile: CustomerProfile,
    models: SourceModels,
    admits: (product: number) => boolean = ANY,
  ): Candidates {
    const products = shop.products.size;
    if (this.marks.length < products) {
      this.marks = new Uint8Array(2 * products);
      this.union = new Int32Array(2 * products);
    }
    this.size = 0;
    try {
      this.mark(shop, profile, models, admits);
      const found = this.union.slice(0, this.size);
      return { products: found, bought: Array.from(profile.purchases.values()) };
    } finally {
      // A filter may give up half-way.
      for (let at = 0; at < this.size; at++) this.marks[this.union[at]] = 0;
    }
  }

  private mark(
    shop: ShopState,
    profile: CustomerProfile,
    models: SourceModels,
    admits: (product: number) => boolean,
  ): void {
    const products = shop.products.size;
    for (const product of profile.purchases.keys()) this.add(product, BOUGHT);
    for (const { source, scores } of this.own) {
      for (const { vector } of scores) vector.reset(products);
      source.score(
        shop,
        profile,
        scores.map(({ vector }) => vector),
        models,
      );
      for (const ranked of scores) {
        ranked.rank();
        this.takeBest(ranked, () => ranked.vector.touched(), admits);
      }
    }
    for (const source of SHOP_SOURCES) {
      const ranked = shopScoresOf(shop, source, profile.now);
      this.byName.set(source.name, ranked);
      this.takeBest(ranked, () => indexes(products), admits);
    }
  }

  /** @param scored all that it scores */
  private takeBest(
    { best, values }: SourceScores,
    scored: () => Int32Array,
    admits: (product: number) => boolean,
  ): void {
    const { marks } = this;
    let taken = 0;
    for (let rank = 0; rank < best.length && taken < PER_SOURCE; rank++) {
      const product = best[rank];
      if (marks[product] === BOUGHT || !admits(product)) continue;
      if (marks[product] === 0) this.add(product, CANDIDATE);
      taken++;
    }
    if (taken === PER_SOURCE || best.length === 0) return;
    // Those among the best were mostly bought or not admitted: look further.
    const last = values[best[best.length - 1]];
    this.rest.reset(PER_SOURCE - taken);
    for (const product of scored()) {
      const value = values[product];
      if (!(value > 0) || value > last || marks[product] === BOUGHT) continue;
      if (value === last && best.includes(product)) continue;
      if (admits(product)) this.rest.offer(product, value);
    }
    for (const product of this.rest.kept()) if (marks[product] === 0) this.add(product, CANDIDATE);
  }

  private add(product: number, mark: number): void {
    this.marks[product] = mark;
    this.union[this.size++] = product;
  }
}

function indexes(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, product) => product);
}

const CANDIDATE = 1;
const BOUGHT = 2;
