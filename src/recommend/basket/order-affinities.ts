import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { compressRows, transpose, type CompressedRows } from '../../learn/compressed-rows';
import { MS_PER_DAY } from '../../learn/durations';
import { rebuildEase } from '../../learn/ease';
import { easeNeighbours } from '../../learn/ease-neighbours';
import { IdTable } from '../../learn/id-table';
import type { Kernels } from '../../learn/wasm';
import { truncatedRows } from '../ease/ease-rows';
import { SparseItemMatrix, type SparseItemRow } from '../artefact/sparse-item-matrix';
import type { BasketOrder } from './orders';

/** Half-life of an order's weight. Older orders weigh less, because co-purchases change with the season. */
const HALF_LIFE_DAYS = 90;
/**
 * Penalty λ of the ridge regression, as a multiple of the mean product weight. The weight of a product is the sum of
 * the weights w of its orders (see {@link OrderAffinities}).
 */
const RIDGE = 2;
/** Prior added to the denominator of {@link OrderAffinities.shares}, as a multiple of the mean product weight. */
const PRIOR = 0.05;
const MAX_ROW_CELLS = 100;
/** Maximum number of orders in the fit. The newest orders are used. */
const MAX_ORDERS = 100_000;
/** Maximum number of products in the fit. The products with the most orders are used. */
const MAX_PRODUCTS = 5_000;
/** Orders with more products are ignored, because they are not typical baskets. */
const MAX_LINES = 1_000;

const MAGIC = 'freshet-order-affinities';
const VERSION = 1;

/**
 * How strongly products of one order belong together. An order has the weight w = 2^(−age/90 d) / √(products of the
 * order), so that recent orders count more and large orders do not dominate.
 */
export class OrderAffinities {
  constructor(
    /** EASE on orders instead of customers: a basket product adds to a score only what the others don't explain. */
    readonly ridge: SparseItemMatrix,
    /**
     * By basket product and candidate: Σ w over the orders with both, divided by Σ w over the orders with the basket
     * product.
     */
    readonly shares: SparseItemMatrix,
  ) {}

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    this.ridge.write(writer);
    this.shares.write(writer);
    return writer.finish();
  }

  /** @throws Error for bytes of another kind or version, and for truncated bytes */
  static decode(bytes: Uint8Array): OrderAffinities {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    return new OrderAffinities(SparseItemMatrix.read(reader), SparseItemMatrix.read(reader));
  }
}

/**
 * Fits both matrices on orders before `time` (ms). It takes n³/2 multiply-adds for n products, plus
 * Σ (products of the order)² over all orders.
 * @returns null if there are no usable orders
 */
export function fitOrderAffinities(
  orders: readonly BasketOrder[],
  time: number,
  kernels: Kernels,
): OrderAffinities | null {
  const usedOrders = orders
    .filter(({ at, productIds }) => at < time && productIds.length > 1 && productIds.length <= MAX_LINES)
    .slice(-MAX_ORDERS);
  if (usedOrders.length === 0) return null;
  const ids = mostOrderedProducts(usedOrders);
  const rows = weighedRows(usedOrders, ids, time);
  let totalWeight = 0;
  for (let at = 0; at < rows.members.length; at++) totalWeight += (rows.weights as Float64Array)[at] ** 2;
  const meanWeight = totalWeight / ids.size;
  const ease = rebuildEase(rows, RIDGE * meanWeight, kernels);
  const names = Array.from({ length: ids.size }, (_, index) => ids.idAt(index));
  return new OrderAffinities(
    new SparseItemMatrix(names, Array.from(truncatedRows(ease)).flat()),
    new SparseItemMatrix(names.slice(), shareRows(rows, PRIOR * meanWeight)),
  );
}

function mostOrderedProducts(orders: readonly BasketOrder[]): IdTable {
  const counts = new Map<string, number>();
  for (const { productIds } of orders) for (const id of productIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = new IdTable();
  Array.from(counts)
    .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
    .slice(0, MAX_PRODUCTS)
    .forEach(([id]) => ids.intern(id));
  return ids;
}

/** Returns the matrix X (orders × products) with cells √w, so that the cells of XᵀX are sums of w. */
function weighedRows(orders: readonly BasketOrder[], ids: IdTable, time: number): CompressedRows {
  const sets = orders.map(({ productIds }) => productIds.map((id) => ids.indexOf(id)).filter((index) => index >= 0));
  const rows = compressRows(sets, ids.size);
  const weights = new Float64Array(rows.members.length);
  orders.forEach(({ at, productIds }, row) => {
    const weight = Math.pow(2, -(time - at) / (HALF_LIFE_DAYS * MS_PER_DAY)) / Math.sqrt(productIds.length);
    weights.fill(Math.sqrt(weight), rows.starts[row], rows.starts[row + 1]);
  });
  return { ...rows, weights };
}

function shareRows(rows: CompressedRows, prior: number): SparseItemRow[] {
  const ordersByProduct = transpose(rows);
  const weights = rows.weights as Float64Array;
  const sums = new Float64Array(rows.columns);
  return Array.from({ length: rows.columns }, (_, i) => {
    sums.fill(0);
    for (let at = ordersByProduct.starts[i]; at < ordersByProduct.starts[i + 1]; at++) {
      const order = ordersByProduct.members[at];
      for (let k = rows.starts[order]; k < rows.starts[order + 1]; k++)
        sums[rows.members[k]] += weights[k] * weights[k];
    }
    const denominator = sums[i] + prior;
    sums[i] = 0;
    const { candidates, weights: kept } = easeNeighbours(sums, MAX_ROW_CELLS);
    return { columns: candidates, values: Float32Array.from(kept, (sum) => sum / denominator) };
  });
}
