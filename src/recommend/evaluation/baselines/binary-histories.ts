import { compressRows, rowAt, type CompressedRows } from '../../../learn/compressed-rows';
import { productsByCustomer, type TemporalSplit } from '../protocol';

/** Returns the binary matrix customers × products of the purchases before the test window. */
export function binaryHistories(split: TemporalSplit): {
  matrix: CompressedRows;
  productsOf: (customer: number) => ArrayLike<number>;
} {
  const historyByCustomer = productsByCustomer(split.training);
  // This requires that the customers with purchases in training have the first indexes.
  const sets = Array.from({ length: historyByCustomer.size }, (_, customer) => historyByCustomer.get(customer) ?? []);
  const matrix = compressRows(sets, split.trainingProductCount);
  return { matrix, productsOf: (customer) => rowAt(matrix, customer).members };
}
