import type { Cooccurrence } from '../../learn/cooccurrence';
import type { BasketGroup, BasketFeatureBlock } from './feature-table';

let counts = new Int32Array(0);

/** For each candidate: sums and maxima of pair statistics (share, cosine, count) over the products of the basket. */
class PairSums {
  shares = new Float64Array(0);
  largestShare = new Float64Array(0);
  cosines = new Float64Array(0);
  largestCosine = new Float64Array(0);
  secondCosine = new Float64Array(0);
  backShares = new Float64Array(0);
  largestBackShare = new Float64Array(0);
  together = new Float64Array(0);
  hits = new Float64Array(0);

  /** Computes the sums in one pass over the counts c_ij of each product i of the basket with each candidate j. */
  add(matrix: Cooccurrence, items: Int32Array, products: Int32Array, size: number, shrink: number): void {
    this.reset(size);
    if (counts.length < size) counts = new Int32Array(size * 2);
    for (const item of items) {
      matrix.readCells(item, products, size, counts);
      const n = matrix.n(item) + shrink;
      const root = matrix.rootN(item);
      for (let c = 0; c < size; c++) {
        const count = counts[c];
        if (count === 0) continue;
        const share = count / n;
        const cosine = count / (root * matrix.rootN(products[c]) + shrink);
        const back = count / (matrix.n(products[c]) + shrink);
        this.together[c] += count;
        this.hits[c]++;
        this.shares[c] += share;
        this.cosines[c] += cosine;
        this.backShares[c] += back;
        if (share > this.largestShare[c]) this.largestShare[c] = share;
        if (back > this.largestBackShare[c]) this.largestBackShare[c] = back;
        if (cosine > this.largestCosine[c]) {
          this.secondCosine[c] = this.largestCosine[c];
          this.largestCosine[c] = cosine;
        } else if (cosine > this.secondCosine[c]) this.secondCosine[c] = cosine;
      }
    }
  }

  private reset(size: number): void {
    for (const name of Object.keys(this) as (keyof PairSums & ('hits' | 'shares'))[]) {
      if (this[name].length < size) this[name] = new Float64Array(size * 2);
      else this[name].fill(0, 0, size);
    }
  }
}

const sums = new PairSums();

/** Constants added to means and to maxima, so that their logarithms are finite and noise in small values is damped. */
const MEAN_FLOOR = 0.001;
const MAX_FEATURE_FLOOR = 0.01;

/**
 * Features of a candidate's pairs with the products of the basket: the conditional probability in both directions, the
 * cosine, and the number of basket products that the candidate has occurred with.
 * @param shrink prior added to every product's count, so that pairs with few observations have little weight
 */
function pairFeatures(
  group: BasketGroup,
  shrink: number,
  matrixOf: (shop: Parameters<BasketFeatureBlock['fill']>[0]['shop']) => Cooccurrence,
): BasketFeatureBlock {
  const names = [
    'mean share',
    'largest share',
    'mean cosine',
    'largest cosine',
    'second cosine',
    'mean share back',
    'largest share back',
    'together',
    'hits',
  ];
  return {
    features: names.map((name) => ({ name: `${group}: ${name}`, group })),
    fill({ shop, items }, { products, count }, table, column) {
      sums.add(matrixOf(shop), items, products, count, shrink);
      const n = Math.max(1, items.length);
      const root = Math.sqrt(n);
      const { values, width } = table;
      for (let c = 0, at = column; c < count; c++, at += width) {
        values[at] = Math.log(MEAN_FLOOR + sums.shares[c] / n);
        values[at + 1] = Math.log(MAX_FEATURE_FLOOR + sums.largestShare[c]);
        values[at + 2] = Math.log(MEAN_FLOOR + sums.cosines[c] / n);
        values[at + 3] = Math.log(MAX_FEATURE_FLOOR + sums.largestCosine[c]);
        values[at + 4] = Math.log(MAX_FEATURE_FLOOR + sums.secondCosine[c]);
        values[at + 5] = Math.log(MEAN_FLOOR + sums.backShares[c] / n);
        values[at + 6] = Math.log(MAX_FEATURE_FLOOR + sums.largestBackShare[c]);
        values[at + 7] = Math.log1p(sums.together[c] / root);
        values[at + 8] = sums.hits[c] / n;
      }
    },
  };
}

/** Features of pairs of products, from the number of orders that contain both. */
export const CO_PURCHASE_FEATURES = pairFeatures('co-purchase', 5, (shop) => shop.purchase);

/** Features of pairs of products, from the number of customers who are interested in both. */
export const CO_INTEREST_FEATURES = pairFeatures('co-interest', 10, (shop) => shop.interest);
