import { scoreOfTrees, type BoostedTrees } from '../../learn/boosting';
import type { Parcel, TransitStage } from '../parcel';
import { ESTIMATE_FEATURES, estimateFeatures, type EstimateFeatures } from './estimate-features';
import type { HubProfile } from './hub-profile';
import type { ParcelCalendars } from './parcel-calendars';
import type { ParcelProgress } from './parcel-progress';
import { ENCODED_COLUMNS, type TargetEncoding } from './target-encoding';
import type { SlownessOf } from './transit-outlook';
import type { UsualSteps } from './usual-steps';

/** Quantiles of the log of the remaining hours. */
export interface LogHourQuantiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** The fitted parameters of the estimate. */
export interface DeliveryModel {
  readonly usual: UsualSteps;
  readonly calendars: ParcelCalendars;
  readonly profile: HubProfile;
  readonly stages: ReadonlyMap<TransitStage, StageModel>;
}

/** The regressions of one stage: quantiles of the deviation from the centre. */
export interface StageModel {
  readonly encoding: TargetEncoding;
  readonly low: BoostedTrees;
  readonly median: BoostedTrees;
  readonly high: BoostedTrees;
}

export const MODEL_COLUMNS = ESTIMATE_FEATURES.length + ENCODED_COLUMNS;

/** Returns a row of the regression. */
export function modelRow({ values }: EstimateFeatures, parcel: Parcel, encoding: TargetEncoding): Float64Array {
  const row = new Float64Array(MODEL_COLUMNS);
  row.set(values);
  row.set(encoding.encode(parcel), values.length);
  return row;
}

/**
 * Predicts the quantiles of the log of the remaining hours right after a parcel's newest scan.
 * @returns undefined if the stage was too rare to fit
 */
export function predictQuantiles(
  model: DeliveryModel,
  parcel: Parcel,
  progress: ParcelProgress,
  slownessOf: SlownessOf,
): LogHourQuantiles | undefined {
  const stage = model.stages.get(progress.stage);
  if (stage === undefined) return undefined;
  const features = estimateFeatures(parcel, progress, model.usual, model.calendars, slownessOf);
  const row = modelRow(features, parcel, stage.encoding);
  const quantileOf = (trees: BoostedTrees) => features.center + scoreOfTrees(trees, row);
  // Regressions of different levels may cross; sorting never increases the pinball loss (Chernozhukov et al., 2010).
  const [low, median, high] = [stage.low, stage.median, stage.high].map(quantileOf).sort((a, b) => a - b);
  return { low, median, high };
}
