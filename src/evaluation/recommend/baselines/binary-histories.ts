import { compressRows, rowAt, type CompressedRows } from '../../../learn/compressed-rows';
import { productsByCustomer, type TemporalSplit } from '../protocol';

const NONE = new Int32Array(0);

/** Returns the binary matrix customers × products of the purchases before the test window. */
export function binaryHistories(split: TemporalSplit): {
  matrix: CompressedRows;
  productsOf: (customer: number) => ArrayLike<number>;
} {
  const historyByCustomer = productsByCustomer(split.training);
  // A customer without purchases in training has an empty row. If the data are ratings, only the liked ones count as
  // purchases (see `rankingSplit`).
  const rows = Array.from(historyByCustomer.keys()).reduce((most, customer) => Math.max(most, customer + 1), 0);
  const sets = Array.from({ length: rows }, (_, customer) => historyByCustomer.get(customer) ?? []);
  const matrix = compressRows(sets, split.trainingProductCount);
  return { matrix, productsOf: (customer) => (customer < rows ? rowAt(matrix, customer).members : NONE) };
}
