import { TopK } from '../../learn/select';
import { standardizedScores } from './baselines/blend';
import type { ScoringRanker } from './baselines/baseline';
import type { TemporalSplit } from './protocol';

/** Weights to try for a model, relative to weight 1 of the model that is best alone. */
const WEIGHTS = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3];
const MAX_SWEEPS = 6;
/** Only each model's best products are compared. */
const CANDIDATES_PER_MODEL = 50;
/** If there are more customers, this many are used, evenly spread. */
const MAX_CUSTOMERS = 2_500;

/** The candidates of one customer: models × candidates z-scores, and which candidates are the truth. */
interface Candidates {
  readonly products: Int32Array;
  readonly columns: readonly Float32Array[];
  readonly truths: readonly number[];
  readonly truthCount: number;
}

export interface BlendWeights {
  readonly weights: number[];
  /** NDCG@10 of the blend on the validation part. */
  readonly ndcg: number;
  /** NDCG@10 of each model alone. */
  readonly alone: readonly number[];
}

/**
 * Learns weights of models by coordinate ascent on NDCG@10 over the customers of a validation split (Metzler & Croft,
 * Information Retrieval 2007). It starts from the best of the models alone and the given blends. A new weight is
 * accepted if it improves the mean of all customers and makes neither half of them worse, so that noise is not learned.
 * @param starts weights of blends to start from, one weight per model
 */
export function learnBlend(
  validation: TemporalSplit,
  rankers: readonly ScoringRanker[],
  starts: readonly (readonly number[])[] = [],
): BlendWeights {
  const lists = candidatesOf(validation, rankers);
  const singles = rankers.map((_, s) => rankers.map((__, other) => (other === s ? 1 : 0)));
  const alone = singles.map((weights) => total(evaluate(lists, weights)));
  let best = { weights: rankers.map(() => 0), halves: [-1, -1] };
  for (const weights of [...singles, ...starts]) {
    const halves = evaluate(lists, weights);
    if (total(halves) > total(best.halves)) best = { weights: [...weights], halves };
  }
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const before = total(best.halves);
    for (let s = 0; s < rankers.length; s++) {
      for (const weight of WEIGHTS) {
        const weights = best.weights.with(s, weight);
        if (weight === best.weights[s] || weights.every((each) => each === 0)) continue;
        const halves = evaluate(lists, weights);
        const isBetter = total(halves) > total(best.halves) && halves.every((half, h) => half >= best.halves[h]);
        if (isBetter) best = { weights, halves };
      }
    }
    if (total(best.halves) === before) break;
  }
  const count = Math.max(1, lists.length);
  return { weights: best.weights, ndcg: total(best.halves) / count, alone: alone.map((sum) => sum / count) };
}

function total(halves: readonly number[]): number {
  return halves[0] + halves[1];
}

function candidatesOf(split: TemporalSplit, rankers: readonly ScoringRanker[]): Candidates[] {
  const { testCustomers, trainingProductCount } = split;
  const step = Math.max(1, testCustomers.length / MAX_CUSTOMERS);
  const top = new TopK(CANDIDATES_PER_MODEL);
  const lists: Candidates[] = [];
  for (let at = 0; at < testCustomers.length; at += step) {
    const { customer, truthNew, boughtInTraining } = testCustomers[Math.floor(at)];
    const scores = rankers.map((ranker) => standardizedScores(ranker, customer));
    const union = new Set<number>();
    for (const column of scores) {
      top.reset(CANDIDATES_PER_MODEL);
      for (let product = 0; product < trainingProductCount; product++) {
        if (!boughtInTraining.has(product)) top.offer(product, column[product]);
      }
      for (const product of top.selected()) union.add(product);
    }
    const known = Array.from(truthNew).filter((product) => product < trainingProductCount);
    for (const product of known) union.add(product);
    const products = Int32Array.from(union).sort();
    lists.push({
      products,
      columns: scores.map((column) => Float32Array.from(products, (product) => column[product])),
      truths: known.map((product) => products.indexOf(product)),
      truthCount: truthNew.size,
    });
  }
  return lists;
}

/** Returns the sums of NDCG@10 over every other customer, and over the remaining customers. */
function evaluate(lists: readonly Candidates[], weights: readonly number[]): number[] {
  const halves = [0, 0];
  let blended = new Float64Array(0);
  lists.forEach(({ products, columns, truths, truthCount }, at) => {
    const size = products.length;
    if (blended.length < size) blended = new Float64Array(2 * size);
    blended.fill(0, 0, size);
    weights.forEach((weight, s) => {
      if (weight === 0) return;
      const column = columns[s];
      for (let c = 0; c < size; c++) blended[c] += weight * column[c];
    });
    halves[at % 2] += ndcg10(blended, size, truths, truthCount);
  });
  return halves;
}

/** Candidates are sorted by product, and the smaller product comes first if scores are equal. */
function ndcg10(scores: Float64Array, size: number, truths: readonly number[], truthCount: number): number {
  let gain = 0;
  for (const truth of truths) {
    let rank = 0;
    for (let c = 0; c < size && rank < 10; c++) {
      if (scores[c] > scores[truth] || (scores[c] === scores[truth] && c < truth)) rank++;
    }
    if (rank < 10) gain += 1 / Math.log2(rank + 2);
  }
  let ideal = 0;
  for (let rank = 0; rank < Math.min(10, truthCount); rank++) ideal += 1 / Math.log2(rank + 2);
  return ideal === 0 ? 0 : gain / ideal;
}
