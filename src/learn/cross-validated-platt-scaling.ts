import { fitPlattScaling, type PlattScaling, UNSCALED } from './platt-scaling';
import { stratifiedFolds } from './stratified-folds';

export interface CrossValidationOptions {
  /** Number of folds, ≥ 2. */
  readonly folds: number;
  /** Determines the folds. */
  readonly seed: number;
}

/**
 * Fits Platt scaling on scores of rows that their model has not seen: each fold is scored by a model that is fitted on
 * the other folds (Platt 1999, §2.1). The scaling is then used with the model of all rows. Both labels are spread evenly
 * over the folds. Costs one fit per fold. If the labels are too few, or the scores don't predict them, every score gets
 * the share of label 1: scores of a support vector machine are not log-odds.
 * @param labels 0 or 1 per row
 * @param fitScore fits a model on the given rows, ascending, and returns its score of any row
 */
export function fitCrossValidatedPlattScaling(
  labels: ArrayLike<number>,
  { folds, seed }: CrossValidationOptions,
  fitScore: (trainingRows: Int32Array) => (row: number) => number,
): PlattScaling {
  const foldOf = stratifiedFolds(labels, folds, seed);
  const rows = Int32Array.from(foldOf.keys());
  const scores = new Float64Array(labels.length);
  for (let fold = 0; fold < folds; fold++) {
    const scoreOf = fitScore(rows.filter((row) => foldOf[row] !== fold));
    for (const row of rows) if (foldOf[row] === fold) scores[row] = scoreOf(row);
  }
  const scaling = fitPlattScaling(scores, labels, new Uint8Array(labels.length).fill(1));
  return scaling === UNSCALED ? { slope: 0, intercept: logOddsOfShare(labels) } : scaling;
}

/** By Laplace's rule of succession, so that it is finite. */
function logOddsOfShare(labels: ArrayLike<number>): number {
  const positives = Array.from(labels).reduce((sum, label) => sum + label, 0);
  return Math.log((positives + 1) / (labels.length - positives + 1));
}

/** Returns σ(slope × score + intercept). */
export function plattProbability({ slope, intercept }: PlattScaling, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept)));
}
