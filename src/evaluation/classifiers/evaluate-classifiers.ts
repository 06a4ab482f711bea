import type { Classifier, FeatureRow } from './classifier';
import type { LabelledTable } from './labelled-table';
import { probabilityScores, type ProbabilityScores } from '../../learn/probability-scores';
import { stratifiedHalves } from './stratified-halves';

export interface ClassifierRow extends ProbabilityScores {
  readonly model: string;
  /** Mean duration of a fit. */
  readonly fitSeconds: number;
}

export interface ClassifierEvaluationOptions {
  readonly classifiers: readonly Classifier[];
  /** Number of random halves. Scores are means over them. */
  readonly halves: number;
  readonly seed: number;
  readonly onProgress: (message: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/** Fits each classifier on one random half of the rows, scores it on the other, and returns the means. */
export function evaluateClassifiers(
  { rows, labels }: LabelledTable,
  { classifiers, halves, seed, onProgress, clock }: ClassifierEvaluationOptions,
): ClassifierRow[] {
  const rowsAt = (places: Int32Array): FeatureRow[] => Array.from(places, (row) => rows[row]);
  const labelsAt = (places: Int32Array): Uint8Array => Uint8Array.from(places, (row) => labels[row]);
  const found = classifiers.map(({ name }) => ({ name, scores: [] as ProbabilityScores[], seconds: 0 }));
  for (let half = 0; half < halves; half++) {
    const { training, test } = stratifiedHalves(labels, seed + half);
    classifiers.forEach((classifier, at) => {
      const start = clock();
      const predict = classifier.fit(rowsAt(training), labelsAt(training), seed + half);
      found[at].seconds += (clock() - start) / 1000;
      const scores = probabilityScores(Float64Array.from(rowsAt(test), predict), labelsAt(test));
      found[at].scores.push(scores);
      onProgress(`half ${half + 1}: ${classifier.name}, AUC ${scores.auc.toFixed(4)}`);
    });
  }
  return found.map(({ name, scores, seconds }) => {
    const mean = (key: keyof ProbabilityScores): number =>
      scores.reduce((sum, each) => sum + each[key], 0) / scores.length;
    return {
      model: name,
      auc: mean('auc'),
      brier: mean('brier'),
      logLoss: mean('logLoss'),
      fitSeconds: seconds / halves,
    };
  });
}
