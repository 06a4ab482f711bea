import type { Cooccurrence } from '../learn/cooccurrence';
import type { IdTable } from '../learn/id-table';
import type { ItemRows } from './item-rows';
import { ScoreVector } from './score-vector';

/** Orders added to every product's, so that a handful of orders proves little. */
const PRIOR_ORDERS = 5;
/** How far a seed's own frequency is divided out: 1 would be the conditional probability P(j | i). */
const SEED_EXPONENT = 0.7;
/** The same for the candidate's: with one seed little, with many more, because what is frequent is in every row. */
const candidateExponent = (seeds: number): number => 0.6 - 0.4 / seeds;

/** ln(n + 5) by n, as far as it has been asked for: n is often the same, and a power costs as much as ten products. */
let logs = new Float64Array(0);

function logOrders(n: number): number {
  if (n >= logs.length)
    logs = Float64Array.from({ length: 2 * n + 64 }, (_, orders) => Math.log(orders + PRIOR_ORDERS));
  return logs[n];
}

let keys = new Int32Array(0);
let counts = new Int32Array(0);

/**
 * What completes a basket: Σ_i c_ij / ((n_i + 5)^0.7 (n_j + 5)^α), from order-level counts. The exponents were chosen by
 * hand on Online Retail's windows from 2011-06-15 and 2011-08-15, before VAL and TEST; basket figures of those two windows
 * are therefore no evidence.
 * @param seeds product indexes of the basket, or the one product of a page
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
  for (const candidate of out.touched()) {
    out.values[candidate] *= Math.exp(exponent * logOrders(purchase.n(candidate)));
  }
}

/** How much EASE counts beside the counts of orders, with many seeds; with one it says nothing that they do not. */
const EASE_EXPONENT = 0.6;
/** What EASE says of a product that it does not speak for. */
const EASE_FLOOR = 0.01;

const explained = new ScoreVector();

/**
 * Multiplies what {@link completeBasket} gave by what EASE makes of the basket as a history, to a power that grows with the
 * number of seeds n: (ease_j / √n + .01)^(.6 (1 − 1/n)). The exponent was chosen by hand on Online Retail's window from
 * 2011-06-15.
 */
export function weighByEase(ease: ItemRows, products: IdTable, seeds: Int32Array, out: ScoreVector): void {
  if (seeds.length < 2) return;
  explained.reset(products.size);
  ease.addScores(products, seeds, { out: explained, scale: 1 / Math.sqrt(seeds.length) });
  const exponent = EASE_EXPONENT * (1 - 1 / seeds.length);
  const unexplained = Math.pow(EASE_FLOOR, exponent);
  for (const candidate of out.touched()) {
    const score = explained.values[candidate];
    // It speaks for a few hundred of some thousand products.
    out.values[candidate] *= score > 0 ? Math.pow(score + EASE_FLOOR, exponent) : unexplained;
  }
}
