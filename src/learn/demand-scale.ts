/** Transforms demand to a scale on which its variance does not depend on its level, and back. */
export interface DemandScale {
  readonly transform: (value: number) => number;
  readonly invert: (scaled: number) => number;
}

/** Share of the mean demand that is added before the logarithm, so that a day without sales has a finite value. */
const OFFSET_SHARE = 0.01;
/** Maximum share of negative values in the sum of absolute values. With a larger share, a series is not demand. */
const MAX_NEGATIVE_SHARE = 0.1;

export const IDENTITY_SCALE: DemandScale = { transform: (value) => value, invert: (scaled) => scaled };

/**
 * Returns the scale log(1 + y / u), where u is 1 % of the mean absolute value. Because u is proportional to demand, ten
 * times the demand leads to ten times the forecast. Negative values count as 0.
 */
export function logScale(values: readonly number[]): DemandScale {
  const unit = (OFFSET_SHARE * sumOf(values, Math.abs)) / values.length || 1;
  return {
    transform: (value) => Math.log1p(Math.max(0, value) / unit),
    invert: (scaled) => unit * Math.expm1(scaled),
  };
}

/**
 * Whether negative values are usual, as in a balance. In demand they occur only on the rare day with more returns than
 * sales.
 */
export function isSigned(values: readonly number[]): boolean {
  const negativeSum = sumOf(values, (value) => Math.max(0, -value));
  return negativeSum > MAX_NEGATIVE_SHARE * sumOf(values, Math.abs);
}

function sumOf(values: readonly number[], termOf: (value: number) => number): number {
  return values.reduce((sum, value) => sum + termOf(value), 0);
}
