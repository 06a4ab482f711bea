import { rankBy, type ScoringRanker } from './baseline';

/** A weighted sum of models, whose scores are standardised per customer. At least one weight is not 0. */
export function blendOf(model: string, rankers: readonly ScoringRanker[], weights: readonly number[]): ScoringRanker {
  const used = rankers.flatMap((ranker, at) => (weights[at] === 0 ? [] : [{ ranker, weight: weights[at] }]));
  return rankBy(model, (customer) => {
    const columns = used.map(({ ranker }) => standardizedScores(ranker, customer));
    return columns[0].map((_, product) => used.reduce((sum, { weight }, at) => sum + weight * columns[at][product], 0));
  });
}

/** The sum of the models' scores, standardised per customer, with equal weights. */
export function plainBlend(rankers: readonly ScoringRanker[]): ScoringRanker {
  return blendOf(
    'plain-blend',
    rankers,
    rankers.map(() => 1),
  );
}

/** Returns z-scores over all products: mean 0 and standard deviation 1, or all 0 if the scores are equal. */
export function standardizedScores({ scores }: Pick<ScoringRanker, 'scores'>, customer: number): Float64Array {
  const raw = scores(customer);
  const mean = raw.reduce((sum, score) => sum + score, 0) / raw.length;
  const variance = raw.reduce((sum, score) => sum + (score - mean) ** 2, 0) / raw.length;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return raw.map((score) => (score - mean) * scale);
}
