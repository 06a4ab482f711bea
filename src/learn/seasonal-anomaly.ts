import { FitError } from './fit-error';

export interface SeasonalExpectation {
  /**
   * By slot (time in the season, for example hour of the week): the median of its values; NaN if it has too few values.
   */
  readonly medians: Float64Array;
  /** Usual distance of values from the median, in units of √(|median| + floor). */
  readonly scale: number;
  /** Constant added to medians, see {@link FLOOR_SHARE}. */
  readonly floor: number;
  /** By slot: the number of its past values. */
  readonly counts: Int32Array;
}

export interface AnomalyScore {
  readonly expected: number;
  /** Distance from the expected value, in robust standard deviations. */
  readonly score: number;
}

/** Minimum number of values in a slot: with fewer, the usual value is unknown. */
export const MIN_VALUES_PER_SLOT = 4;
/** Factor between the median absolute deviation and the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;
/**
 * `floor` as a share of the mean absolute value. It is added to medians, so that a single sale at night, when the
 * median is 0, doesn't get an infinite score.
 */
const FLOOR_SHARE = 0.05;

/**
 * Estimates the usual value at each time of the season by medians, so that past outages and peaks have no influence
 * (Rousseeuw & Croux 1993). The spread is one number for all times of the season, because a few weeks are not enough to
 * estimate it for each time. Each residual is first divided by √(|median| + floor), because counts and sums of sales
 * vary with the square root of their size. The spread is the median of the absolute residuals after this division,
 * scaled to a standard deviation.
 *
 * @param values past values; NaN if missing
 * @param slots the slot (time in the season) of each value, from 0 to `slotCount` − 1
 * @throws FitError WRONG_SHAPE
 */
export function seasonalExpectation(
  values: ArrayLike<number>,
  slots: ArrayLike<number>,
  slotCount: number,
): SeasonalExpectation {
  if (values.length !== slots.length)
    throw new FitError('WRONG_SHAPE', `${values.length} values, but ${slots.length} slots`);
  const bySlot: number[][] = Array.from({ length: slotCount }, () => []);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) continue;
    bySlot[slots[at]].push(values[at]);
    sum += Math.abs(values[at]);
    count++;
  }
  const floor = Math.max(count > 0 ? (FLOOR_SHARE * sum) / count : 0, Number.MIN_VALUE);
  const medians = Float64Array.from(bySlot, (all) => (all.length < MIN_VALUES_PER_SLOT ? NaN : median(all)));
  const residuals = bySlot.flatMap((all, slot) =>
    Number.isNaN(medians[slot])
      ? []
      : all.map((value) => Math.abs(value - medians[slot]) / (spreadOf(medians[slot], floor) * shrinkage(all.length))),
  );
  const scale = residuals.length > 0 ? MAD_TO_SIGMA * median(residuals) : NaN;
  return { medians, scale, floor, counts: Int32Array.from(bySlot, (all) => all.length) };
}

/**
 * Scores a value against the expectation of its slot. The score of the expected value is 0, even if past values never
 * varied.
 * @returns undefined if the value is missing, or if the slot has too few past values
 */
export function scoreAnomaly(expectation: SeasonalExpectation, value: number, slot: number): AnomalyScore | undefined {
  const { medians, scale, floor, counts } = expectation;
  const expected = medians[slot];
  if (Number.isNaN(expected) || Number.isNaN(value)) return undefined;
  // The median is uncertain, too: the standard error of a median of n values is about √(π / 2n) standard deviations.
  const sigma = scale * spreadOf(expected, floor) * Math.sqrt(1 + Math.PI / (2 * counts[slot]));
  const deviation = value - expected;
  return { expected, score: deviation === 0 ? 0 : deviation / sigma };
}

const spreadOf = (expected: number, floor: number): number => Math.sqrt(Math.abs(expected) + floor);

/**
 * Residuals from the median of the same n values are smaller than residuals from the true median. This factor corrects
 * that, as dividing by n − 1 instead of n does for a standard deviation.
 */
const shrinkage = (n: number): number => Math.sqrt(1 - 1 / n);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
