import type { Order } from './orders';

/** An order with one product hidden: which one is it, given these? */
export interface BasketQuestion {
  readonly hidden: string;
  /** By id. */
  readonly context: readonly string[];
}

/** Products asked for by one other of their order. */
const SINGLE_SEEDS = 2;

/**
 * Leave one out: a product drawn at random given all the others, then others given a single one each. The draw knows
 * products by their ids only, never by the place of their line.
 * @param order of at least two products
 */
export function questionsOf({ productIds }: Order, random: () => number): BasketQuestion[] {
  const draw = (from: readonly string[]): string => from[Math.floor(random() * from.length)];
  const hidden = draw(productIds);
  const questions = [{ hidden, context: productIds.filter((id) => id !== hidden) }];
  for (let n = 0; n < SINGLE_SEEDS; n++) {
    const other = draw(productIds);
    questions.push({ hidden: other, context: [draw(productIds.filter((id) => id !== other))] });
  }
  return questions;
}
