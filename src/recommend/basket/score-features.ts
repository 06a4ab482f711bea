import type { BasketCandidates, BasketSource } from './basket-candidates';
import type { BasketContext } from './basket-context';
import type { BasketGroup, BasketFeatureBlock } from './feature-table';

let sortedScores = new Float64Array(0);

/** Returns how many of the first `count` ascending values are larger than `value`. */
function countLarger(ascending: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return count - low;
}

/**
 * Features of the score that a source gives to a candidate: ln of the score, the score, ln(1 + rank) among the
 * candidates, and the ratio to the best score.
 * @param floor constant added before the logarithm, because smaller scores are noise
 * @param scaleOf returns the factor that makes scores of baskets or histories of different sizes comparable
 */
function scoreFeatures(
  source: BasketSource,
  group: BasketGroup,
  floor: number,
  scaleOf: (basket: BasketContext) => number,
): BasketFeatureBlock {
  return {
    features: ['log', 'score', 'log rank', 'share'].map((name) => ({ name: `${name} ${source}`, group })),
    fill(basket, candidates, table, column) {
      const scale = scaleOf(basket);
      const { products, count } = candidates;
      const scores = candidates.scores[source].values;
      const { values, width } = table;
      const best = sortScores(candidates, scores);
      for (let c = 0, at = column; c < count; c++, at += width) {
        const score = scores[products[c]];
        values[at] = Math.log(floor + Math.max(0, score) * scale);
        values[at + 1] = score * scale;
        values[at + 2] = Math.log1p(score > 0 ? countLarger(sortedScores, count, score) : count);
        values[at + 3] = best > 0 ? Math.max(-1, score / best) : 0;
      }
    },
  };
}

/** Sorts the candidates' scores into a buffer, ascending. @returns the largest score; 0 if there are no candidates */
function sortScores({ products, count }: BasketCandidates, scores: Float64Array): number {
  if (sortedScores.length < count) sortedScores = new Float64Array(count * 2);
  for (let c = 0; c < count; c++) sortedScores[c] = scores[products[c]];
  sortedScores.subarray(0, count).sort();
  return count === 0 ? 0 : sortedScores[count - 1];
}

const perItem = ({ items }: BasketContext): number => 1 / Math.max(1, items.length);
const perRoot = ({ items }: BasketContext): number => 1 / Math.sqrt(Math.max(1, items.length));
const asIs = (): number => 1;

/** Features of the scores that are based on the basket. */
export const BASKET_SCORE_FEATURES: readonly BasketFeatureBlock[] = [
  scoreFeatures('completion', 'co-purchase', 1e-4, perItem),
  scoreFeatures('weighed', 'co-purchase', 1e-5, perItem),
  scoreFeatures('shares', 'co-purchase', 1e-3, perItem),
  scoreFeatures('ridge', 'co-purchase', 0.01, perRoot),
  scoreFeatures('ease', 'ease', 0.01, perRoot),
  scoreFeatures('co-interest', 'co-interest', 0.01, perItem),
];

/** Features of the scores that are based on the customer's history. */
export const HISTORY_SCORE_FEATURES: readonly BasketFeatureBlock[] = [
  scoreFeatures('own-frequency', 'personal-frequency', 0.1, asIs),
  scoreFeatures('own-ease', 'ease', 0.01, asIs),
  scoreFeatures('temporal-ridge', 'temporal-ridge', 0.001, asIs),
];
