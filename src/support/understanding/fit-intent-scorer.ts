import { fitSparseClasses } from '../../learn/fit-sparse-classes';
import { selectRows, type CountedTexts } from './counted-texts';
import type { FeatureSpace } from './feature-space';
import { IntentScorer } from './intent-scorer';
import { rowAt } from '../../learn/compressed-rows';

/** Maximum number of weights, which is the size of the encoded classifier in bytes without its features. */
const MAX_WEIGHTS = 24_000_000;
/** C of the support vector machines, and limits of their fit. Chosen on the validation part of CLINC150. */
const COST = 2;
const TOLERANCE = 0.1;
const MAX_EPOCHS = 8;

export interface ScorerFit {
  readonly space: FeatureSpace;
  readonly scorer: IntentScorer;
  /** The scores of any of the counted texts, by number. */
  readonly scoresOf: (row: number) => Float64Array;
}

/**
 * Fits the features and weights of a scorer.
 * @param rows numbers of the training texts
 * @param labels by row: its intent, or NO_CLASS for a text out of scope, which is a negative example of all intents
 */
export function fitIntentScorer(
  texts: CountedTexts,
  rows: Int32Array,
  labels: Int32Array,
  classCount: number,
  seed: number,
): ScorerFit {
  const { space, vectors } = texts.spaceFrom(rows, Math.floor(MAX_WEIGHTS / classCount));
  const fit = fitSparseClasses({
    rows: selectRows(vectors, rows),
    labels,
    classCount,
    cost: COST,
    tolerance: TOLERANCE,
    maxEpochs: MAX_EPOCHS,
    seed,
  });
  const scorer = IntentScorer.quantise(fit);
  return { space, scorer, scoresOf: (row) => scorer.scores(rowAt(vectors, row)) };
}
