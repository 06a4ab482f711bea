/** How far below and above a forecast its interval reaches, on the scale of the residuals. */
export interface ResidualRange {
  readonly below: number;
  readonly above: number;
}

/** A rank that is whole but for rounding stays so. */
const ROUNDING = 1e-9;

/**
 * The range that a share `level` of new residuals is in, from residuals of forecasts that did not see what they forecast:
 * of n sorted ones those of rank ⌊(n + 1)(1 − level)/2⌋ and ⌈(n + 1)(1 + level)/2⌉ (split conformal prediction: Vovk,
 * Gammerman & Shafer 2005; both tails apart: Romano, Patterson & Candès 2019). It holds for n residuals that are
 * exchangeable with the new one. Ranks beyond the residuals are cut off to the smallest and the largest one.
 */
export function conformalRange(residuals: readonly number[], level: number): ResidualRange {
  const sorted = [...residuals].sort((a, b) => a - b);
  const rank = (share: number) => share * (sorted.length + 1);
  const at = (place: number) => sorted[Math.min(sorted.length, Math.max(1, place)) - 1];
  return {
    below: at(Math.floor(rank((1 - level) / 2) + ROUNDING)),
    above: at(Math.ceil(rank((1 + level) / 2) - ROUNDING)),
  };
}
