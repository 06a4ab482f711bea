import { MS_PER_DAY } from '../../../learn/durations';
import { productsByCustomer, type TemporalSplit } from '../protocol';
import { rankBy, type ScoringRanker } from './baseline';

/** Ranks by the number of distinct customers per product. */
export function popularityBaseline(split: TemporalSplit): ScoringRanker {
  const scores = distinctCustomers(split);
  return rankBy('popularity', () => scores);
}

/** Ranks by the number of purchase lines in the 30 days before the test window. */
export function recentPopularityBaseline(split: TemporalSplit): ScoringRanker {
  const scores = recentLines(split);
  return rankBy('popularity-30d', () => scores);
}

export function distinctCustomers(split: TemporalSplit): Float64Array {
  const scores = new Float64Array(split.trainingProductCount);
  for (const products of productsByCustomer(split.training).values()) for (const product of products) scores[product]++;
  return scores;
}

export function recentLines(split: TemporalSplit): Float64Array {
  const scores = new Float64Array(split.trainingProductCount);
  for (const { product, at } of split.training) if (at >= split.testStart - 30 * MS_PER_DAY) scores[product]++;
  return scores;
}
