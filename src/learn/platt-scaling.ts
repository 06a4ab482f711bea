import type { DesignMatrix } from './design-matrix';
import { fitLogistic } from './logistic';

/** Maps a score to log-odds: slope × score + intercept. */
export interface PlattScaling {
  readonly slope: number;
  readonly intercept: number;
}

export const UNSCALED: PlattScaling = { slope: 1, intercept: 0 };

/** Fewer labels of either kind don't determine a slope. */
const MIN_LABELS = 50;
const TOLERANCE = 1e-8;
/** Too little to move a slope, and enough that scores which are all the same have one: 0. */
const L2 = 1e-3;

/**
 * Fits the line that turns scores into log-odds, by logistic regression on outcomes that the scores' model has not seen
 * (Platt 1999). The slope is positive, so the order of the scores stays as it is.
 * @param labels 0 or 1 per score
 * @param weights how many outcomes each score stands for
 * @returns {@link UNSCALED} where there are too few outcomes, a score is not finite, or higher scores don't come true more often
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
