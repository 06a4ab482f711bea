import type { CustomerProfile } from '../features/customer-profile';
import { TopK } from '../learn/select';
import { ScoreVector } from './score-vector';
import type { ShopState } from './shop-state';
import { PERSONAL_SOURCES } from './sources';
import type { SourceModels } from './sources/source';

/** Best products taken from each source, those the customer has bought not counted. */
export const PER_SOURCE = 100;

const ANY = () => true;

/**
 * Candidate generation for one customer: every source's scores, and the union of each source's best with all that the
 * customer has bought. Reused from request to request; what it holds is valid until the next `collect`.
 */
export class CandidatePool {
  readonly scores: ReadonlyMap<string, ScoreVector> = new Map(
    PERSONAL_SOURCES.map((source) => [source.name, new ScoreVector()]),
  );
  private readonly union = new ScoreVector();
  private readonly bought = new ScoreVector();
  private readonly best = new TopK(PER_SOURCE);

  /**
   * Product indexes, distinct, in an order that depends on state and history only.
   * @param admits what else takes no place among the best
   */
  collect(
    shop: ShopState,
    profile: CustomerProfile,
    models: SourceModels,
    admits: (product: number) => boolean = ANY,
  ): Int32Array {
    const products = shop.products.size;
    this.union.reset(products);
    this.bought.reset(products);
    for (const product of profile.purchases.keys()) {
      this.union.add(product, 1);
      this.bought.add(product, 1);
    }
    for (const source of PERSONAL_SOURCES) {
      const vector = this.scores.get(source.name) as ScoreVector;
      vector.reset(products);
      source.score(shop, profile, vector, models);
      this.best.reset(PER_SOURCE);
      const { values, count } = vector;
      let threshold = 0;
      for (let at = 0; at < count; at++) {
        const product = vector.productAt(at);
        const value = values[product];
        // Most are nowhere near the best: nothing else is asked of them.
        if (!(value > 0) || value < threshold || this.bought.has(product) || !admits(product)) continue;
        this.best.offer(product, value);
        threshold = this.best.floor();
      }
      for (const product of this.best.kept()) this.union.add(product, 1);
    }
    return Int32Array.from({ length: this.union.count }, (_, at) => this.union.productAt(at));
  }
}
