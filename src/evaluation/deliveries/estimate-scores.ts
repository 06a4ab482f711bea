import type { DeliveryPrediction } from './live-predictions';

/** `past-parcels` is the estimate that a shop shows, `freshet` the regression. */
export type EstimateName = 'baseline' | 'past-parcels' | 'freshet';

/** Scores of one estimate in a group of predictions. */
export interface EstimateScores {
  readonly group: string;
  readonly estimate: EstimateName;
  readonly predictions: number;
  /** Median absolute errors, in hours and in days of 24 hours. */
  readonly medianErrorHours: number;
  readonly medianErrorDays: number;
  /** Mean hours by which the delivery comes before the median of the estimate; negative: after it. */
  readonly earlinessHours: number;
  /** Shares of the deliveries within the range, before it and after it; absent without a range. */
  readonly coverage?: number;
  readonly early?: number;
  readonly late?: number;
  /** Mean width of the range, in hours. */
  readonly meanWidth?: number;
}

interface Estimated {
  readonly actual: number;
  readonly median: number;
  readonly range?: { readonly low: number; readonly high: number };
}

const HOURS_PER_DAY = 24;

/** Returns the scores of all estimates for those predictions that all of them can make. */
export function estimateScores(group: string, predictions: readonly DeliveryPrediction[]): EstimateScores[] {
  const common = predictions.flatMap((each) => {
    const { actual, pastParcels } = each;
    if (pastParcels === undefined) return [];
    const estimates: Record<EstimateName, Estimated> = {
      baseline: { actual, median: each.baseline },
      'past-parcels': { actual, median: pastParcels.median, range: pastParcels },
      freshet: { actual, median: each.predicted, range: each },
    };
    return [estimates];
  });
  if (common.length === 0) return [];
  const names = ['baseline', 'past-parcels', 'freshet'] as const;
  return names.map((name) =>
    scoresOf(
      group,
      name,
      common.map((estimates) => estimates[name]),
    ),
  );
}

function scoresOf(group: string, estimate: EstimateName, all: readonly Estimated[]): EstimateScores {
  const mean = (value: (each: Estimated) => number) => all.reduce((sum, each) => sum + value(each), 0) / all.length;
  const errors = all.map(({ actual, median }) => Math.abs(median - actual)).sort((a, b) => a - b);
  const medianErrorHours = errors[errors.length >> 1];
  const scores = {
    ...{
      group,
      estimate,
      predictions: all.length,
      medianErrorHours,
      medianErrorDays: medianErrorHours / HOURS_PER_DAY,
    },
    earlinessHours: mean(({ actual, median }) => median - actual),
  };
  if (all.some(({ range }) => range === undefined)) return scores;
  const early = mean(({ actual, range }) => (actual < range!.low ? 1 : 0));
  const late = mean(({ actual, range }) => (actual > range!.high ? 1 : 0));
  const meanWidth = mean(({ range }) => range!.high - range!.low);
  return { ...scores, coverage: 1 - early - late, early, late, meanWidth };
}
