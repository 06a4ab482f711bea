import type { Cooccurrence } from '../../learn/cooccurrence';
import type { BasketGroup, FeatureBlock } from './feature-table';

let counts = new Int32Array(0);

/** Sums over the basket, candidate by candidate. */
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

  /** One pass over the cells of the basket's rows, c_ij for each product i of it and each candidate j. */
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

/** Below these, means and largest ones are noise; they also keep logarithms finite. */
const MEAN_FLOOR = 0.001;
const MAX_FEATURE_FLOOR = 0.01;

/**
 * How a candidate goes with the products of the basket, pair by pair: the conditional probability both ways, the cosine,
 * and how many of them it ever came together with.
 * @param shrink sets added to every product's, so that a handful proves little
 */
function pairFeatures(
  group: BasketGroup,
  shrink: number,
  matrixOf: (shop: Parameters<FeatureBlock['fill']>[0]['shop']) => Cooccurrence,
): FeatureBlock {
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

/** Orders that hold both. */
export const CO_PURCHASE_FEATURES = pairFeatures('co-purchase', 5, (shop) => shop.purchase);

/** Customers who care for both. */
export const CO_INTEREST_FEATURES = pairFeatures('co-interest', 10, (shop) => shop.interest);
