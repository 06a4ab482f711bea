import { productsByCustomer, type TemporalSplit } from '../protocol';
import { rankBy, type ScoringRanker } from './baseline';

const NEIGHBOURS = 100;
const SHRINK = 10;

/**
 * Item kNN (Deshpande & Karypis 2004), computed from scratch: cosine c / (√(n_i n_j) + 10) on the binary matrix
 * customers × products, with the 100 nearest products of each candidate. It shares no code with the incremental counts
 * of the recommender, so it is an independent check of them.
 */
export function itemKnnBaseline(split: TemporalSplit): ScoringRanker {
  const size = split.trainingProductCount;
  const historyByCustomer = productsByCustomer(split.training);
  const counts = new Float32Array(size * size);
  for (const set of historyByCustomer.values()) {
    const products = Array.from(set);
    for (const i of products) for (const j of products) counts[i * size + j]++;
  }
  // similarities[j · size + i]: weight of history product i for candidate j; 0 beyond the 100 nearest.
  const similarities = new Float32Array(size * size);
  const row = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const norm = Math.sqrt(counts[i * size + i] * counts[j * size + j]) + SHRINK;
      row[i] = i === j ? 0 : counts[j * size + i] / norm;
    }
    const nearest = Array.from(row.keys())
      .filter((i) => row[i] > 0)
      .sort((a, b) => row[b] - row[a] || a - b);
    for (const i of nearest.slice(0, NEIGHBOURS)) similarities[j * size + i] = row[i];
  }
  return rankBy('item-knn', (customer) => {
    const history = Array.from(historyByCustomer.get(customer) ?? []);
    const scores = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      let score = 0;
      for (const i of history) score += similarities[j * size + i];
      scores[j] = score;
    }
    return scores;
  });
}
