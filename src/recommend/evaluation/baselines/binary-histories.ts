import { compressRows, rowAt, type CompressedRows } from '../../../learn/compressed-rows';
import { productsByCustomer, type TemporalSplit } from '../protocol';

/** Returns the binary matrix customers × products of the purchases before the test window. */
export function binaryHistories(split: TemporalSplit): {
  matrix: CompressedRows;
  of: (customer: number) => ArrayLike<number>;
} {
  const known = productsByCustomer(split.training);
  // This requires that the customers with purchases in training have the first indexes.
  const sets = Array.from({ length: known.size }, (_, customer) => known.get(customer) ?? []);
  const matrix = compressRows(sets, split.trainingProducts);
  return { matrix, of: (customer) => rowAt(matrix, customer).members };
}
