import type { TemporalSplit } from '../protocol';
import { bestProducts, type CustomerRanker } from './baseline';
import { recentLines } from './popularity';

/** Ranks by the number of the customer's invoices with the product; ties are ordered by 30-day popularity. */
export function personalFrequencyBaseline(split: TemporalSplit): CustomerRanker {
  const popularity = recentLines(split);
  const tieBreak = 1 / (1 + Math.max(...popularity));
  const invoices = new Map<number, Map<number, Set<string>>>();
  for (const { customer, product, order } of split.training) {
    const products = invoices.get(customer) ?? new Map<number, Set<string>>();
    invoices.set(customer, products);
    products.set(product, (products.get(product) ?? new Set<string>()).add(order));
  }
  return {
    model: 'personal-frequency',
    rank(customer, masked) {
      const scores = popularity.map((lines) => lines * tieBreak);
      for (const [product, orders] of invoices.get(customer) ?? []) scores[product] += orders.size;
      return bestProducts(scores, masked);
    },
  };
}
