/** Lower and upper bound of an interval relative to its forecast, on the scale of the residuals. */
export interface ResidualRange {
  readonly below: number;
  readonly above: number;
}

/** A rank that differs from an integer by at most this rounding error is treated as that integer. */
const ROUNDING = 1e-9;

/**
 * Returns the range that contains a share `level` of new residuals, computed from residuals of values that the forecast
 * was not fitted on. Its bounds are two of the n sorted residuals: those with the ranks ⌊(n + 1)(1 − level)/2⌋ and
 * ⌈(n + 1)(1 + level)/2⌉ (split conformal prediction: Vovk, Gammerman & Shafer 2005; both tails separately: Romano,
 * Patterson & Candès 2019). It is valid if the n residuals are exchangeable with the new one. Ranks outside 1…n use the
 * smallest or the largest residual.
 */
export function conformalRange(residuals: readonly number[], level: number): ResidualRange {
  const sorted = [...residuals].sort((a, b) => a - b);
  const rank = (share: number) => share * (sorted.length + 1);
  const residualAtRank = (place: number) => sorted[Math.min(sorted.length, Math.max(1, place)) - 1];
  return {
    below: residualAtRank(Math.floor(rank((1 - level) / 2) + ROUNDING)),
    above: residualAtRank(Math.ceil(rank((1 + level) / 2) - ROUNDING)),
  };
}

/**
 * Returns the threshold that a share `level` of new nonconformity scores does not exceed: the score with the rank
 * ⌈(n + 1) level⌉ of the n scores, or the largest one (split conformal prediction: Vovk, Gammerman & Shafer 2005). The
 * model must not be fitted on the values of these scores.
 * @param scores at least one
 */
export function conformalThreshold(scores: readonly number[], level: number): number {
  const sorted = [...scores].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length, Math.ceil((sorted.length + 1) * level - ROUNDING)) - 1];
}
