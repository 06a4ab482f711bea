import { stratifiedFolds } from '../../learn/stratified-folds';
import { fitIntentClassifier } from '../../support/understanding/fit-intent-classifier';
import { IntentClassifier } from '../../support/understanding/intent-classifier';
import type { IntentExample } from '../../support/understanding/intent-example';
import { checkIntents, type IntentParts } from './intent-files';
import { scoreIntents, type IntentPrediction, type IntentScores } from './intent-scores';

export interface IntentEvaluation extends IntentScores {
  /** Number of examples that the classifier was fitted on; the mean in a cross-validation. */
  readonly trainingExamples: number;
  /** The chosen threshold; the mean in a cross-validation. Each example is refused by the threshold of its classifier. */
  readonly threshold: number;
  /** Seconds of a fit, with its calibration and threshold; the mean in a cross-validation. */
  readonly fitSeconds: number;
  /** Size of the encoded classifier; the largest in a cross-validation. */
  readonly artefactBytes: number;
  /** Mean duration of the classification of one example. */
  readonly classifyMicroseconds: number;
}

export interface IntentEvaluationOptions {
  readonly seed: number;
  /** Returns milliseconds. */
  readonly clock: () => number;
  readonly onProgress: (message: string) => void;
}

/** Fits on the training part, calibrates on the validation part if there is one, and scores the test part. */
export function evaluateParts(
  { train, validation, test }: IntentParts,
  options: IntentEvaluationOptions,
): IntentEvaluation {
  checkIntents(train);
  return evaluationOf([predict({ train, test, validation: validation.length > 0 ? validation : undefined }, options)]);
}

/**
 * Divides the examples into folds with the same share of each intent, and scores each fold by a classifier that is fitted
 * and calibrated on the others.
 * @throws Error if a fold has no examples, or if fewer than two intents remain without it
 */
export function crossValidateIntents(
  examples: readonly IntentExample[],
  folds: number,
  options: IntentEvaluationOptions,
): IntentEvaluation {
  checkIntents(examples);
  if (examples.length < folds)
    throw new Error(`${folds} folds need at least as many rows; there are ${examples.length}`);
  const names = [...new Set(examples.map(({ intent }) => intent))].sort();
  const labels = examples.map(({ intent }) => names.indexOf(intent));
  const foldOf = stratifiedFolds(labels, folds, options.seed);
  const runs = Array.from({ length: folds }, (_, fold) => {
    const onProgress = (message: string): void => options.onProgress(`fold ${fold + 1} of ${folds}: ${message}`);
    const train = examples.filter((_example, at) => foldOf[at] !== fold);
    const test = examples.filter((_example, at) => foldOf[at] === fold);
    checkIntents(train);
    return predict({ train, test, validation: undefined }, { ...options, onProgress });
  });
  return evaluationOf(runs);
}

interface Run {
  readonly predictions: readonly IntentPrediction[];
  readonly trainingExamples: number;
  readonly threshold: number;
  readonly fitSeconds: number;
  readonly artefactBytes: number;
  readonly classifySeconds: number;
}

interface FitParts {
  readonly train: readonly IntentExample[];
  readonly validation: readonly IntentExample[] | undefined;
  readonly test: readonly IntentExample[];
}

/** Fits a classifier, and predicts the test part with the decoded classifier, as a shop does. */
function predict({ train, validation, test }: FitParts, { seed, clock, onProgress }: IntentEvaluationOptions): Run {
  const started = clock();
  const fit = fitIntentClassifier(train, { seed, validation, onProgress });
  const fitSeconds = (clock() - started) / 1000;
  const bytes = fit.classifier.encode();
  const classifier = IntentClassifier.decode(bytes);
  const { threshold } = classifier;
  onProgress(`classifying ${test.length} examples`);
  const classifyStarted = clock();
  const predictions = test.map(({ text, intent: actual }): IntentPrediction => {
    const [{ intent: predicted, confidence }] = classifier.classify(text);
    return { actual, predicted, confidence, threshold };
  });
  return {
    predictions,
    trainingExamples: train.length,
    threshold,
    fitSeconds,
    artefactBytes: bytes.length,
    classifySeconds: (clock() - classifyStarted) / 1000,
  };
}

function evaluationOf(runs: readonly Run[]): IntentEvaluation {
  const predictions = runs.flatMap((run) => run.predictions);
  const mean = (valueOf: (run: Run) => number): number =>
    runs.reduce((sum, run) => sum + valueOf(run), 0) / runs.length;
  return {
    ...scoreIntents(predictions),
    trainingExamples: Math.round(mean((run) => run.trainingExamples)),
    threshold: mean((run) => run.threshold),
    fitSeconds: mean((run) => run.fitSeconds),
    artefactBytes: Math.max(...runs.map((run) => run.artefactBytes)),
    classifyMicroseconds: (mean((run) => run.classifySeconds) * runs.length * 1e6) / predictions.length,
  };
}
