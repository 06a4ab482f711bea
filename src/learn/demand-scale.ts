/** Brings demand onto a scale on which it varies alike at high and at low levels, and back. */
export interface DemandScale {
  readonly to: (value: number) => number;
  readonly from: (scaled: number) => number;
}

/** Share of the mean demand that is added before the logarithm: a day without sales stays finite. */
const OFFSET_SHARE = 0.01;
/** Of the sum of absolute values: a series with more below zero is no demand. */
const MAX_NEGATIVE_SHARE = 0.1;

export const AS_IS: DemandScale = { to: (value) => value, from: (scaled) => scaled };

/** log(1 + y / u), with u 1 % of the mean: ten times the unit gives ten times the forecast. Negative values count as 0. */
export function logScale(values: readonly number[]): DemandScale {
  const unit = (OFFSET_SHARE * sumOf(values, Math.abs)) / values.length || 1;
  return {
    to: (value) => Math.log1p(Math.max(0, value) / unit),
    from: (scaled) => unit * Math.expm1(scaled),
  };
}

/** Whether values below zero are usual, as of a balance; of demand they are the odd day on which more came back. */
export function isSigned(values: readonly number[]): boolean {
  const below = sumOf(values, (value) => Math.max(0, -value));
  return below > MAX_NEGATIVE_SHARE * sumOf(values, Math.abs);
}

function sumOf(values: readonly number[], of: (value: number) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
