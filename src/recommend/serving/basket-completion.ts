import type { Cooccurrence } from '../../learn/cooccurrence';
import type { IdTable } from '../../learn/id-table';
import type { SparseItemMatrix } from '../artefact/sparse-item-matrix';
import { ScoreVector } from '../artefact/score-vector';

/** Number added to each product's number of orders as a prior, to damp the scores of products with few orders. */
const PRIOR_ORDERS = 5;
/**
 * Exponent of the number of orders of a seed (a product of the basket), in the score of {@link completeBasket}. Without
 * priors, exponents of 1 here and 0 for the candidate would give the conditional probability P(candidate j | seed i).
 */
const SEED_EXPONENT = 0.7;
/**
 * Exponent of the candidate's number of orders, in the score of {@link completeBasket}. It is 0.2 with one seed and
 * approaches 0.6 with many seeds. A frequent product was bought together with almost every seed, so its score needs
 * more damping.
 */
const candidateExponent = (seeds: number): number => 0.6 - 0.4 / seeds;

/** ln(n + 5), indexed by n. It is cached because the same n occurs often and logarithms are slow. */
let logs = new Float64Array(0);

function logOrders(n: number): number {
  if (n >= logs.length)
    logs = Float64Array.from({ length: 2 * n + 64 }, (_, orders) => Math.log(orders + PRIOR_ORDERS));
  return logs[n];
}

let keys = new Int32Array(0);
let counts = new Int32Array(0);

/**
 * Adds the completion score of each candidate j, summed over the seeds i: Σ_i c_ij / ((n_i + 5)^0.7 (n_j + 5)^α). Here
 * c_ij is the number of orders with both products, n_i the number of orders with i, and α is {@link candidateExponent}.
 * The exponents were chosen by hand on Online Retail's windows from 2011-06-15 and 2011-08-15, so basket quality must
 * not be measured on these two windows. The validation and test windows are later.
 * @param seeds product indexes of the basket, or the single product of a product page
 */
export function completeBasket(purchase: Cooccurrence, seeds: Int32Array, out: ScoreVector): void {
  if (keys.length < purchase.items) {
    keys = new Int32Array(purchase.items * 2);
    counts = new Int32Array(purchase.items * 2);
  }
  for (const seed of seeds) {
    const size = purchase.readRow(seed, keys, counts);
    const weight = Math.exp(-SEED_EXPONENT * logOrders(purchase.n(seed)));
    for (let at = 0; at < size; at++) out.add(keys[at], counts[at] * weight);
  }
  const exponent = -candidateExponent(Math.max(1, seeds.length));
  for (const candidate of out.scoredProducts()) {
    out.values[candidate] *= Math.exp(exponent * logOrders(purchase.n(candidate)));
  }
}

/**
 * Limit of the EASE score's exponent for many seeds. With one seed the exponent is 0, because EASE then adds no
 * information to the counts.
 */
const EASE_EXPONENT = 0.6;
/** Constant added to EASE scores, so that a product that EASE does not recommend has a small positive factor. */
const EASE_FLOOR = 0.01;

const easeVector = new ScoreVector();

/**
 * Multiplies the scores of {@link completeBasket} by (ease_j / √n + 0.01)^(0.6 (1 − 1/n)) for each candidate j. Here
 * ease_j is the EASE score of j with the basket as the history, and n is the number of seeds. This factor was chosen by
 * hand on Online Retail's window from 2011-06-15.
 */
export function weightByEase(ease: SparseItemMatrix, products: IdTable, seeds: Int32Array, out: ScoreVector): void {
  if (seeds.length < 2) return;
  easeVector.reset(products.size);
  ease.addScores(products, seeds, { out: easeVector, scale: 1 / Math.sqrt(seeds.length) });
  const exponent = EASE_EXPONENT * (1 - 1 / seeds.length);
  const unexplained = Math.pow(EASE_FLOOR, exponent);
  for (const candidate of out.scoredProducts()) {
    const score = easeVector.values[candidate];
    // Most products have no EASE score, so their factor is computed once.
    out.values[candidate] *= score > 0 ? Math.pow(score + EASE_FLOOR, exponent) : unexplained;
  }
}
