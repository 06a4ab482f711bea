import type { DesignMatrix } from './design-matrix';
import { fitLogistic } from './logistic';

/** Maps a score to log-odds: slope × score + intercept. */
export interface PlattScaling {
  readonly slope: number;
  readonly intercept: number;
}

export const UNSCALED: PlattScaling = { slope: 1, intercept: 0 };

/** A slope can't be estimated from fewer positive or negative labels than this. */
const MIN_LABELS = 50;
const TOLERANCE = 1e-8;
/** Penalty of the slope: too small to change it noticeably, but large enough that equal scores get a slope of 0. */
const L2 = 1e-3;

/**
 * Fits the line from scores to log-odds, by logistic regression on outcomes that the scoring model has not seen (Platt
 * 1999). The slope is always positive, so that scaling preserves the order of the scores.
 * @param labels 0 or 1 per score
 * @param weights how many outcomes each score represents
 * @returns {@link UNSCALED} if there are too few outcomes, if a score is not finite, or if higher scores don't predict
 *   more positives
 */
export function fitPlattScaling(
  scores: Float64Array,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): PlattScaling {
  const positives = Array.from(labels).reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, scores.length - positives) < MIN_LABELS || !scores.every(Number.isFinite)) return UNSCALED;
  const design: DesignMatrix = {
    rows: scores.length,
    columns: 1,
    readRow(r, out) {
      out[0] = scores[r];
    },
  };
  const fit = fitLogistic({ design, labels, weights, l2: L2, tolerance: TOLERANCE });
  const [slope] = fit.coefficients;
  return fit.converged && slope > 0 ? { slope, intercept: fit.intercept } : UNSCALED;
}
