import type { Reason } from './recommendation';

/** What a tier's scores are: sums of which twice as much is twice as good, or ln(odds). */
export type Scale = 'linear' | 'log-odds';

/** Keeps what is boosted by 0 finite, and last. */
const MIN_FACTOR = 1e-9;

/**
 * The score after a boost. It multiplies what the score stands for: a linear score, or the odds. A score below 0 (more
 * returned than bought) is divided instead, so that more boost is never worse.
 * @param boost ≥ 0
 */
export function boosted(score: number, boost: number, scale: Scale): number {
  if (scale === 'log-odds') return score + Math.log(Math.max(boost, MIN_FACTOR));
  return score < 0 ? score / Math.max(boost, MIN_FACTOR) : score * boost;
}

/** The reasons after a boost: of a score, or odds, that were multiplied by b, 1 − 1/b comes from it. */
export function boostedReasons(reasons: readonly Reason[], boost: number): Reason[] {
  if (boost <= 1) return [...reasons];
  const share = 1 - 1 / boost;
  const rest = reasons.map((reason) => ({ ...reason, share: reason.share * (1 - share) }));
  return [...rest, { source: 'boost', share }].sort((a, b) => b.share - a.share);
}
