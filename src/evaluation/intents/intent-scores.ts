import { OUT_OF_SCOPE } from '../../support/understanding/intent-example';

/** The prediction for one example. */
export interface IntentPrediction {
  /** The intent of the example, or OUT_OF_SCOPE. */
  readonly actual: string;
  readonly predicted: string;
  readonly confidence: number;
  /** The threshold of the classifier that made the prediction. */
  readonly threshold: number;
}

/** A share with its standard error, √(p (1 − p) ÷ n); undefined without examples. */
export interface Share {
  readonly share: number;
  readonly standardError: number;
}

/** What a threshold does. A question is answered if its confidence is at least the threshold. */
export interface ThresholdScores {
  /** Share of the examples in scope that are answered. */
  readonly coverage: Share | undefined;
  /** Share of right answers among the answers to examples in scope. */
  readonly answeredAccuracy: Share | undefined;
  /** Share of the examples out of scope that are refused. */
  readonly outOfScopeRefused: Share | undefined;
}

export interface IntentRecall {
  readonly intent: string;
  readonly examples: number;
  /** Share of the examples of the intent whose best intent is right. */
  readonly recall: number;
}

export interface Confusion {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
}

export interface IntentScores {
  readonly examples: number;
  readonly outOfScopeExamples: number;
  /** Number of intents of the examples in scope. */
  readonly intents: number;
  /** Share of the examples in scope whose best intent is right, without any refusal. */
  readonly accuracy: Share | undefined;
  /** Mean F1 of the intents of the examples in scope, without any refusal and without examples out of scope. */
  readonly macroF1: number;
  readonly atThreshold: ThresholdScores;
  readonly curve: readonly (ThresholdScores & { readonly threshold: number })[];
  readonly worstIntents: readonly IntentRecall[];
  /** Of examples in scope, by best intent. */
  readonly confusions: readonly Confusion[];
}

const MAX_WORST_INTENTS = 30;
const MAX_CONFUSIONS = 20;
/** .1, .15, …, .95 */
const CURVE = Array.from({ length: 18 }, (_, at) => (10 + 5 * at) / 100);

/** Scores predictions. The order of the predictions does not matter. */
export function scoreIntents(predictions: readonly IntentPrediction[]): IntentScores {
  const inScope = predictions.filter(({ actual }) => actual !== OUT_OF_SCOPE);
  const recalls = recallsOf(inScope);
  return {
    examples: predictions.length,
    outOfScopeExamples: predictions.length - inScope.length,
    intents: recalls.length,
    accuracy: shareOf(inScope.filter(isRight).length, inScope.length),
    macroF1: macroF1(inScope, recalls),
    atThreshold: thresholdScores(predictions, ({ confidence, threshold }) => confidence >= threshold),
    curve: CURVE.map((threshold) => ({
      threshold,
      ...thresholdScores(predictions, ({ confidence }) => confidence >= threshold),
    })),
    worstIntents: recalls
      .sort((a, b) => a.recall - b.recall || compare(a.intent, b.intent))
      .slice(0, MAX_WORST_INTENTS),
    confusions: confusionsOf(inScope),
  };
}

const isRight = ({ actual, predicted }: IntentPrediction): boolean => actual === predicted;

function thresholdScores(
  predictions: readonly IntentPrediction[],
  isAnswered: (prediction: IntentPrediction) => boolean,
): ThresholdScores {
  let [inScope, answered, right, outside, refused] = [0, 0, 0, 0, 0];
  for (const prediction of predictions) {
    const answers = isAnswered(prediction);
    if (prediction.actual === OUT_OF_SCOPE) {
      outside++;
      if (!answers) refused++;
      continue;
    }
    inScope++;
    if (!answers) continue;
    answered++;
    if (isRight(prediction)) right++;
  }
  return {
    coverage: shareOf(answered, inScope),
    answeredAccuracy: shareOf(right, answered),
    outOfScopeRefused: shareOf(refused, outside),
  };
}

function shareOf(count: number, total: number): Share | undefined {
  if (total === 0) return undefined;
  const share = count / total;
  return { share, standardError: Math.sqrt((share * (1 - share)) / total) };
}

function recallsOf(inScope: readonly IntentPrediction[]): IntentRecall[] {
  const counts = new Map<string, { examples: number; right: number }>();
  for (const prediction of inScope) {
    const count = counts.get(prediction.actual) ?? { examples: 0, right: 0 };
    count.examples++;
    if (isRight(prediction)) count.right++;
    counts.set(prediction.actual, count);
  }
  return Array.from(counts, ([intent, { examples, right }]) => ({ intent, examples, recall: right / examples }));
}

function macroF1(inScope: readonly IntentPrediction[], recalls: readonly IntentRecall[]): number {
  const predictedCounts = new Map<string, number>();
  for (const { predicted } of inScope) predictedCounts.set(predicted, (predictedCounts.get(predicted) ?? 0) + 1);
  const sum = recalls.reduce((total, { intent, examples, recall }) => {
    // F1 = 2 · right ÷ (examples + predictions).
    return total + (2 * recall * examples) / (examples + (predictedCounts.get(intent) ?? 0));
  }, 0);
  return sum / (recalls.length || 1);
}

function confusionsOf(inScope: readonly IntentPrediction[]): Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const { actual, predicted } of inScope) {
    if (actual === predicted) continue;
    const key = JSON.stringify([actual, predicted]);
    counts.set(key, { actual, predicted, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count || compare(a.actual, b.actual) || compare(a.predicted, b.predicted))
    .slice(0, MAX_CONFUSIONS);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
