import type { BasketModel } from './basket-model';
import { basketPartOf } from './basket-model';
import { BasketCandidates } from './basket-candidates';
import type { BasketContext } from './basket-context';
import { BASKET_FEATURES, fillBasketFeatures } from './basket-features';
import { FeatureTable, type BasketGroup } from './feature-table';

const candidates = new BasketCandidates();
const table = new FeatureTable(BASKET_FEATURES.length);
let scores = new Float64Array(0);

/** One basket's scored candidates, in shared scratch memory. An instance is valid until the next one is created. */
export class BasketRanking {
  readonly count: number;

  /** @param admits returns false for products that must not be candidates */
  constructor(
    readonly basket: BasketContext,
    private readonly model: BasketModel,
    admits?: (product: number) => boolean,
  ) {
    candidates.collect(basket, admits);
    fillBasketFeatures(basket, candidates, table);
    this.count = candidates.count;
    if (scores.length < this.count) scores = new Float64Array(this.count * 2);
    model.score(this.part, table.values, this.count, table.width, scores);
  }

  private get part() {
    return basketPartOf(this.basket.items.length, this.basket.profile !== null);
  }

  /** Product indexes; only the first `count` are valid. */
  get products(): Int32Array {
    return candidates.products;
  }

  /** The scores of `products`; only the first `count` are valid. */
  get scores(): Float64Array {
    return scores;
  }

  /**
   * Returns the contribution of each feature group to a candidate's score. Groups that contribute nothing or lower the
   * score are omitted.
   */
  contributions(product: number): Map<BasketGroup, number> {
    const from = candidates.products.subarray(0, this.count).indexOf(product) * table.width;
    const { weights, means } = this.model.weightsFor(this.part);
    const wasBought = this.basket.profile?.purchases.has(product) === true;
    const groups = new Map<BasketGroup, number>();
    weights.forEach((weight, f) => {
      const { group } = BASKET_FEATURES[f];
      if (group === 'personal-frequency' && !wasBought) return;
      groups.set(group, (groups.get(group) ?? 0) + weight * (table.values[from + f] - means[f]));
    });
    for (const [group, sum] of groups) if (!(sum > 0)) groups.delete(group);
    return groups;
  }
}
