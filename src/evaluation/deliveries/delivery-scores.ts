import { appendTo } from '../../learn/group-by';
import { MISS_SHARE } from '../../logistics/estimate/adaptive-intervals';
import type { DeliveryPrediction } from './live-predictions';

/** Quantiles of the simulator's distribution for one prediction, in hours: the best possible prediction. */
export interface OracleQuantiles {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A prediction, with the oracle's if the parcels are simulated. */
export interface ScoredPrediction extends DeliveryPrediction {
  readonly oracle?: OracleQuantiles;
}

/** Scores of a group of predictions. Errors are in hours. */
export interface DeliveryScores {
  readonly group: string;
  readonly predictions: number;
  /** Mean absolute errors. */
  readonly baseline: number;
  readonly freshet: number;
  readonly oracle?: number;
  /** (baseline − freshet) / (baseline − oracle); absent if the baseline's error is not above 1.02 × the oracle's. */
  readonly gapClosed?: number;
  /** Share of the deliveries inside the interval; its nominal value is .8. */
  readonly coverage: number;
  readonly meanWidth: number;
  /** Mean interval score (Gneiting & Raftery, JASA 102, 2007, eq. 43), and as a multiple of the oracle's. */
  readonly intervalScore: number;
  readonly intervalScoreRatio?: number;
}

/** If the baseline's error is no larger than this multiple of the oracle's, there is no gap to close. */
const MIN_GAP_RATIO = 1.02;

/** @param predictions at least one */
export function deliveryScores(group: string, predictions: readonly ScoredPrediction[]): DeliveryScores {
  const mean = (value: (each: ScoredPrediction) => number) =>
    predictions.reduce((sum, each) => sum + value(each), 0) / predictions.length;
  const baseline = mean(({ baseline: hours, actual }) => Math.abs(hours - actual));
  const freshet = mean(({ predicted, actual }) => Math.abs(predicted - actual));
  const intervalScore = mean(({ actual, low, high }) => intervalScoreOf(actual, low, high));
  const scores = {
    group,
    predictions: predictions.length,
    baseline,
    freshet,
    coverage: mean(({ actual, low, high }) => (low <= actual && actual <= high ? 1 : 0)),
    meanWidth: mean(({ low, high }) => high - low),
    intervalScore,
  };
  if (predictions.some((each) => each.oracle === undefined)) return scores;
  const best = mean(({ oracle, actual }) => Math.abs((oracle?.median ?? NaN) - actual));
  const bestInterval = mean(({ oracle, actual }) => intervalScoreOf(actual, oracle?.low ?? NaN, oracle?.high ?? NaN));
  return {
    ...scores,
    oracle: best,
    ...(baseline > MIN_GAP_RATIO * best && { gapClosed: (baseline - freshet) / (baseline - best) }),
    intervalScoreRatio: intervalScore / bestInterval,
  };
}

/** Returns the scores by group, in the order of the groups' names. */
export function scoresBy(
  predictions: readonly ScoredPrediction[],
  groupOf: (prediction: ScoredPrediction) => string | undefined,
): DeliveryScores[] {
  const groups = new Map<string, ScoredPrediction[]>();
  for (const prediction of predictions) {
    const group = groupOf(prediction);
    if (group !== undefined) appendTo(groups, group, prediction);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, own]) => deliveryScores(group, own));
}

function intervalScoreOf(actual: number, low: number, high: number): number {
  return high - low + (Math.max(0, low - actual) + Math.max(0, actual - high)) / MISS_SHARE;
}
