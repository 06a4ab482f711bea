import { groupByKey } from './group-by-key';
import { shuffle, standardNormal } from './random-draws';
import { seededRandom } from './seeded-random';

/** Ratings as columns: user, item, value. Users and items are indexes from 0. */
export interface Ratings {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly values: Float64Array;
}

export interface BiasedFactorsOptions {
  readonly userCount: number;
  readonly itemCount: number;
  readonly factors: number;
  /** λ of the L2 penalty on factors. For a user or item with n ratings, it is divided by √n. */
  readonly l2: number;
  readonly epochs: number;
  readonly seed: number;
  /** Called after each epoch; return false to stop the fit. */
  readonly onEpoch?: (epoch: number, model: BiasedFactors) => boolean;
}

const LEARNING_RATE = 0.01;
/** The learning rate is multiplied by this after each epoch. */
const LEARNING_RATE_DECAY = 0.98;
const BIAS_LEARNING_RATE = 0.007;
const BIAS_L2 = 0.005;
const INITIAL_DEVIATION = 0.1;

/**
 * Rating prediction by biased factors with implicit feedback, SVD++ (Koren, KDD 2008, eq. 15; Koren, Bell, Volinsky
 * 2009):
 *
 *   r̂_ui = μ + b_u + b_i + q_iᵀ (p_u + |N(u)|^(−½) Σ_{j ∈ N(u)} y_j)
 *
 * N(u) is the set of items that the user has rated. A user or item without ratings has no bias and no factors, so the
 * prediction is the mean plus the bias of the other side.
 */
export class BiasedFactors {
  constructor(
    readonly factors: number,
    readonly mean: number,
    readonly userBias: Float64Array,
    readonly itemBias: Float64Array,
    /** users × factors: p_u + |N(u)|^(−½) Σ y_j. */
    readonly userFactors: Float64Array,
    /** items × factors. */
    readonly itemFactors: Float64Array,
  ) {}

  predict(user: number, item: number): number {
    let sum = this.mean + this.userBias[user] + this.itemBias[item];
    const u = user * this.factors;
    const i = item * this.factors;
    for (let f = 0; f < this.factors; f++) sum += this.userFactors[u + f] * this.itemFactors[i + f];
    return sum;
  }
}

/**
 * Fits by stochastic gradient descent, one user at a time; the seed determines the order of the users. In each epoch,
 * the sum Σ y_j of a user is computed once, and the y_j are updated once, after all ratings of the user. So the time of
 * an epoch is proportional to ratings × factors. The same ratings in the same order with the same seed give the same
 * bytes. Memory: 16 (users + items) × factors bytes.
 */
export function fitBiasedFactors(ratings: Ratings, options: BiasedFactorsOptions): BiasedFactors {
  const { userCount, itemCount, factors, l2, epochs, seed, onEpoch } = options;
  const random = seededRandom(seed);
  const { starts, order } = groupByKey(ratings.users, userCount);
  const itemRoots = new Float64Array(itemCount);
  for (const item of ratings.items) itemRoots[item]++;
  itemRoots.forEach((count, item) => (itemRoots[item] = Math.sqrt(count)));
  let mean = 0;
  for (const value of ratings.values) mean += value / ratings.values.length;

  const randomFactors = (count: number): Float64Array =>
    Float64Array.from(
      { length: count * factors },
      () => (standardNormal(random) * INITIAL_DEVIATION) / Math.sqrt(factors),
    );
  const p = randomFactors(userCount);
  const q = randomFactors(itemCount);
  const y = randomFactors(itemCount);
  const userBias = new Float64Array(userCount);
  const itemBias = new Float64Array(itemCount);
  const model = new BiasedFactors(factors, mean, userBias, itemBias, new Float64Array(userCount * factors), q);
  const sequence = Int32Array.from({ length: userCount }, (_, user) => user);
  const implicitGradient = new Float64Array(factors);
  const implicitFactors = new Float64Array(factors);

  for (let epoch = 0, rate = LEARNING_RATE, biasRate = BIAS_LEARNING_RATE; epoch < epochs; epoch++) {
    shuffle(sequence, random);
    for (const user of sequence) {
      const [from, to] = [starts[user], starts[user + 1]];
      if (from === to) continue;
      const root = Math.sqrt(to - from);
      implicitSum(y, ratings.items, order, from, to, factors, root, implicitFactors);
      implicitGradient.fill(0);
      const u = user * factors;
      const userL2 = l2 / root;
      for (let at = from; at < to; at++) {
        const item = ratings.items[order[at]];
        const i = item * factors;
        let predicted = mean + userBias[user] + itemBias[item];
        for (let f = 0; f < factors; f++) predicted += q[i + f] * (p[u + f] + implicitFactors[f]);
        const error = ratings.values[order[at]] - predicted;
        userBias[user] += biasRate * (error - (BIAS_L2 * userBias[user]) / root);
        itemBias[item] += biasRate * (error - (BIAS_L2 * itemBias[item]) / itemRoots[item]);
        const itemL2 = l2 / itemRoots[item];
        for (let f = 0; f < factors; f++) {
          const qf = q[i + f];
          const pf = p[u + f];
          q[i + f] = qf + rate * (error * (pf + implicitFactors[f]) - itemL2 * qf);
          p[u + f] = pf + rate * (error * qf - userL2 * pf);
          implicitGradient[f] += error * qf;
        }
      }
      for (let at = from; at < to; at++) {
        const item = ratings.items[order[at]];
        const j = item * factors;
        const itemL2 = l2 / itemRoots[item];
        for (let f = 0; f < factors; f++) y[j + f] += rate * (implicitGradient[f] / root - itemL2 * y[j + f]);
      }
    }
    rate *= LEARNING_RATE_DECAY;
    biasRate *= LEARNING_RATE_DECAY;
    if (onEpoch === undefined && epoch < epochs - 1) continue;
    for (let user = 0; user < userCount; user++) {
      const [from, to] = [starts[user], starts[user + 1]];
      const u = user * factors;
      if (from === to) continue;
      implicitSum(y, ratings.items, order, from, to, factors, Math.sqrt(to - from), implicitFactors);
      for (let f = 0; f < factors; f++) model.userFactors[u + f] = p[u + f] + implicitFactors[f];
    }
    for (let item = 0; item < itemCount; item++) {
      if (itemRoots[item] === 0) q.fill(0, item * factors, (item + 1) * factors);
    }
    if (onEpoch?.(epoch + 1, model) === false) break;
  }
  return model;
}

/** out = Σ y_j / root over the items j of a user's ratings, where root = |N(u)|^½. */
function implicitSum(
  y: Float64Array,
  items: Int32Array,
  order: Int32Array,
  from: number,
  to: number,
  factors: number,
  root: number,
  out: Float64Array,
): void {
  out.fill(0);
  for (let at = from; at < to; at++) {
    const j = items[order[at]] * factors;
    for (let f = 0; f < factors; f++) out[f] += y[j + f] / root;
  }
}
