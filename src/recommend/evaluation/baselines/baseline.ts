import { TopK } from '../../../learn/select';

/** A ranking model under evaluation: products best first, at most 20, without the masked ones. */
export interface CustomerRanker {
  readonly model: string;
  rank(customer: number, masked: ReadonlySet<number>): ArrayLike<number>;
}

/** Completes a basket: products best first, at most 20, without those of the context. */
export interface BasketRanker {
  readonly model: string;
  complete(context: readonly number[], customer: number): ArrayLike<number>;
}

export const LIST_LENGTH = 20;
export const NOTHING_MASKED: ReadonlySet<number> = new Set<number>();

/** The 20 best of a dense score vector; equal scores by product index. */
export function best(scores: ArrayLike<number>, masked: ReadonlySet<number>): number[] {
  const top = new TopK(LIST_LENGTH);
  top.reset(LIST_LENGTH);
  for (let product = 0; product < scores.length; product++) {
    if (!masked.has(product)) top.offer(product, scores[product]);
  }
  return Array.from(top.kept()).sort((a, b) => scores[b] - scores[a] || a - b);
}
