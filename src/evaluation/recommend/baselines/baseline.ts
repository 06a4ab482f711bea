import { TopK } from '../../../learn/select';

/** An evaluated ranking model. `rank` returns at most 20 products, best first, and omits the masked products. */
export interface CustomerRanker {
  readonly model: string;
  rank(customer: number, masked: ReadonlySet<number>): ArrayLike<number>;
}

/** A ranking model that scores every product of the training part. */
export interface ScoringRanker extends CustomerRanker {
  /** Returns one score per product. */
  readonly scores: (customer: number) => Float64Array;
}

/** Returns the ranking model of a scoring function. */
export function rankBy(model: string, scores: (customer: number) => Float64Array): ScoringRanker {
  return { model, scores, rank: (customer, masked) => bestProducts(scores(customer), masked) };
}

/**
 * A model that completes a basket. `complete` returns at most 20 products, best first, without the products of the
 * basket (`context`).
 */
export interface BasketRanker {
  readonly model: string;
  complete(context: readonly number[], customer: number): ArrayLike<number>;
}

export const EVALUATED_LIST_LENGTH = 20;
export const NOTHING_MASKED: ReadonlySet<number> = new Set<number>();

/** Returns the 20 best products of a dense score vector. Equal scores are sorted by product index. */
export function bestProducts(scores: ArrayLike<number>, masked: ReadonlySet<number>): number[] {
  const top = new TopK(EVALUATED_LIST_LENGTH);
  top.reset(EVALUATED_LIST_LENGTH);
  for (let product = 0; product < scores.length; product++) {
    if (!masked.has(product)) top.offer(product, scores[product]);
  }
  return Array.from(top.selected()).sort((a, b) => scores[b] - scores[a] || a - b);
}
