import { FitError } from './fit-error';

export interface SeasonalExpectation {
  /** Of each slot: the median of what was there; NaN where too little was. */
  readonly medians: Float64Array;
  /** How far values usually are from it, in units of √(median + floor). */
  readonly scale: number;
  readonly floor: number;
  /** Of each slot: values that the median is of. */
  readonly counts: Int32Array;
}

export interface Judged {
  readonly expected: number;
  /** Distance from what is expected, in robust standard deviations. */
  readonly score: number;
}

/** Of a slot: fewer say nothing of what is usual there. */
export const MIN_PER_SLOT = 4;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_TO_SIGMA = 1.4826;
/** Share of the mean that is added to a median: at night, when nothing is sold, one sale is not infinitely unusual. */
const FLOOR_SHARE = 0.05;

/**
 * What is usual at each time of the season, told by medians, so that past outages and rushes have no say (Rousseeuw & Croux
 * 1993). Spread is one number for all slots, the median absolute deviation of residuals divided by √(median + floor): counts
 * and sums of sales vary with the square root of how many there are, and a few weeks say too little of each slot's own spread.
 *
 * @param values of the past, NaN where there is none
 * @param slots of each value: its time in the season, from 0 to `seasons` − 1
 * @throws FitError WRONG_SHAPE
 */
export function seasonalExpectation(
  values: ArrayLike<number>,
  slots: ArrayLike<number>,
  seasons: number,
): SeasonalExpectation {
  if (values.length !== slots.length)
    throw new FitError('WRONG_SHAPE', `${values.length} values, but ${slots.length} slots`);
  const bySlot: number[][] = Array.from({ length: seasons }, () => []);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) continue;
    bySlot[slots[at]].push(values[at]);
    sum += Math.abs(values[at]);
    count++;
  }
  const floor = Math.max(count > 0 ? (FLOOR_SHARE * sum) / count : 0, Number.MIN_VALUE);
  const medians = Float64Array.from(bySlot, (all) => (all.length < MIN_PER_SLOT ? NaN : median(all)));
  const residuals = bySlot.flatMap((all, slot) =>
    Number.isNaN(medians[slot])
      ? []
      : all.map((value) => Math.abs(value - medians[slot]) / (spreadOf(medians[slot], floor) * shrinkage(all.length))),
  );
  const scale = residuals.length > 0 ? MAD_TO_SIGMA * median(residuals) : NaN;
  return { medians, scale, floor, counts: Int32Array.from(bySlot, (all) => all.length) };
}

/** @returns undefined where the past says too little of that slot, or nothing there ever varied and it is as always */
export function judge(expectation: SeasonalExpectation, value: number, slot: number): Judged | undefined {
  const { medians, scale, floor, counts } = expectation;
  const expected = medians[slot];
  if (Number.isNaN(expected) || Number.isNaN(value)) return undefined;
  // The median of n is itself off by about √(π / 2n) standard deviations.
  const sigma = scale * spreadOf(expected, floor) * Math.sqrt(1 + Math.PI / (2 * counts[slot]));
  const off = value - expected;
  return { expected, score: off === 0 ? 0 : off / sigma };
}

const spreadOf = (expected: number, floor: number): number => Math.sqrt(Math.abs(expected) + floor);

/** Residuals from the median of the same n are smaller than from the true one: half of what n − 1 makes of a variance. */
const shrinkage = (n: number): number => Math.sqrt(1 - 1 / n);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
