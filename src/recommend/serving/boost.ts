import type { RankingReason } from './list-input';

/** The scale of a list's scores: `linear` (a doubled score is twice as good) or `log-odds` (ln of the odds). */
export type ScoreScale = 'linear' | 'log-odds';

/** Lower limit of a boost in a logarithm or division, so that the score of a product with boost 0 is finite. */
const MIN_FACTOR = 1e-9;

/**
 * Returns the score after a boost. The boost multiplies a linear score, or the odds of a log-odds score. A linear score
 * below 0 (more units returned than bought) is divided by the boost, so that a larger boost never lowers a product.
 * @param boost ≥ 0
 */
export function boostedScore(score: number, boost: number, scale: ScoreScale): number {
  if (scale === 'log-odds') return score + Math.log(Math.max(boost, MIN_FACTOR));
  return score < 0 ? score / Math.max(boost, MIN_FACTOR) : score * boost;
}

/** Returns the reasons after a boost. A boost b > 1 contributes the share 1 − 1/b. Other boosts are not a reason. */
export function boostedReasons(reasons: readonly RankingReason[], boost: number): RankingReason[] {
  if (boost <= 1) return [...reasons];
  const share = 1 - 1 / boost;
  const rest = reasons.map((reason) => ({ ...reason, share: reason.share * (1 - share) }));
  return [...rest, { source: 'boost', share }].sort((a, b) => b.share - a.share);
}
