import { RANK_LIMIT, type RankerFeatureBlock, type FeatureGroup } from './feature';

/**
 * Constant added to a score before the logarithm. It makes the logarithm finite and damps differences between scores
 * below it, which are noise.
 */
const FLOOR = 0.01;

/** Two features from the scores of a source: ln of the score, and its ratio to the source's largest score. */
function scoreFeatures(source: string, group: FeatureGroup, floor = FLOOR): RankerFeatureBlock {
  return {
    names: [`log ${source}`, `share ${source}`],
    group,
    fill({ scores, candidates }, out, from) {
      const { values, largest } = scores.get(source) ?? NO_SCORES;
      const rows = candidates.length;
      const scale = 1 / (largest || 1);
      for (let c = 0; c < rows; c++) {
        const value = values[candidates[c]] ?? 0;
        out[from + c] = Math.log(floor + Math.max(0, value));
        out[from + rows + c] = value * scale;
      }
    },
  };
}

const LOG_RANKS = Float64Array.from({ length: RANK_LIMIT + 1 }, (_, rank) => Math.log1p(rank));
/** Ranks by product index. The array is reused; between calls, all entries are `RANK_LIMIT`. */
let rankByProduct = new Uint8Array(0);

/**
 * Two features for a source whose scores can't be compared between customers: ln(1 + rank of the product), and
 * ln(score) × ln(1 + number of products that the customer is interested in).
 */
function rankFeatures(source: string, group: FeatureGroup): RankerFeatureBlock {
  return {
    names: [`log rank ${source}`, `log ${source} × log products`],
    group,
    fill({ scores, candidates, profile }, out, from) {
      const { values, best } = scores.get(source) ?? NO_SCORES;
      const rows = candidates.length;
      if (rankByProduct.length < values.length) rankByProduct = new Uint8Array(2 * values.length).fill(RANK_LIMIT);
      for (let rank = 0; rank < best.length; rank++) rankByProduct[best[rank]] = rank;
      const logProducts = Math.log1p(profile.interests.length);
      for (let c = 0; c < rows; c++) {
        const product = candidates[c];
        out[from + c] = LOG_RANKS[rankByProduct[product] ?? RANK_LIMIT];
        out[from + rows + c] = Math.log(FLOOR + Math.max(0, values[product] ?? 0)) * logProducts;
      }
      for (const product of best) rankByProduct[product] = RANK_LIMIT;
    },
  };
}

const NO_SCORES = { values: new Float64Array(0), largest: 0, best: new Int32Array(0) };

/** Features that measure how well a product matches the previous actions of the customer. */
export const AFFINITY_FEATURES: readonly RankerFeatureBlock[] = [
  scoreFeatures('co-interest', 'co-interest'),
  scoreFeatures('recent-co-interest', 'co-interest'),
  scoreFeatures('co-purchase', 'co-purchase'),
  // The floor is lower, because scores of the temporal ridge approximate probabilities and are smaller than others.
  scoreFeatures('temporal-ridge', 'temporal-ridge', 0.001),
  {
    names: ['temporal-ridge'],
    group: 'temporal-ridge',
    fill({ scores, candidates }, out, from) {
      const { values } = scores.get('temporal-ridge') ?? NO_SCORES;
      for (let c = 0; c < candidates.length; c++) out[from + c] = values[candidates[c]] ?? 0;
    },
  },
  scoreFeatures('ease', 'ease'),
  scoreFeatures('recent-ease', 'ease'),
  scoreFeatures('ials', 'ials'),
  rankFeatures('temporal-ridge', 'temporal-ridge'),
  rankFeatures('ease', 'ease'),
  rankFeatures('recent-ease', 'ease'),
  rankFeatures('ials', 'ials'),
  scoreFeatures('nearest-sessions', 'nearest-sessions'),
  rankFeatures('nearest-sessions', 'nearest-sessions'),
  scoreFeatures('transitions', 'transitions'),
  rankFeatures('transitions', 'transitions'),
  {
    names: ['log co-interest × log orders'],
    group: 'co-interest',
    fill({ scores, candidates, profile }, out, from) {
      const { values } = scores.get('co-interest') ?? NO_SCORES;
      const logOrders = Math.log1p(profile.orderAges.length);
      for (let c = 0; c < candidates.length; c++) {
        out[from + c] = Math.log(FLOOR + (values[candidates[c]] ?? 0)) * logOrders;
      }
    },
  },
];
