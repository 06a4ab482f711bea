import type { Line, TemporalSplit } from '../protocol';
import { bestProducts, type BasketRanker } from './baseline';

/** Ranks candidates by the number of invoices with the candidate and a basket product, summed over the basket. */
export function coCountBaseline(split: TemporalSplit): BasketRanker {
  const size = split.trainingProductCount;
  const counts = new Int32Array(size * size);
  for (const products of productsByOrder(split.training).values()) {
    for (const i of products) for (const j of products) if (i !== j) counts[i * size + j]++;
  }
  return {
    model: 'co-count',
    complete(context) {
      const scores = new Float64Array(size);
      for (const i of context) {
        if (i >= size) continue;
        for (let j = 0; j < size; j++) scores[j] += counts[i * size + j];
      }
      return bestProducts(scores, new Set(context));
    },
  };
}

function productsByOrder(lines: readonly Line[]): Map<string, Set<number>> {
  const orders = new Map<string, Set<number>>();
  for (const { order, product } of lines) orders.set(order, (orders.get(order) ?? new Set<number>()).add(product));
  return orders;
}
