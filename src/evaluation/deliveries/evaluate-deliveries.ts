import { MS_PER_DAY } from '../../learn/durations';
import { fitDeliveryModel } from '../../logistics/estimate/fit-delivery-model';
import type { IsHoliday } from '../../logistics/estimate/working-calendar';
import { deliveredAt, startedAt, type TrackedParcel } from '../../logistics/parcel';
import { ArrivalDays } from './arrival-days';
import { chosenScans } from './chosen-scans';
import { LivePredictions, type DeliveryPrediction } from './live-predictions';
import { MedianBaseline } from './median-baseline';
import { PastParcels } from './past-parcels';
import type { CalendarOf } from './utc-calendar';

/** Share of the training cohort, the newest, that the first corrections of the intervals are computed on. */
const CALIBRATION_SHARE = 0.2;
const MIN_TRAINING_PARCELS = 500;
/** Nearly all parcels have arrived after this quantile of the durations. */
const COHORT_SHARE = 0.99;
const MAX_COHORT_DAYS = 60;
/** So many of the newest scans may have a wrong date. They do not count for the end of the file. */
const MAX_WRONG_SCANS = 3;

export interface DeliveryEvaluationOptions {
  /** Parcels with a label from this time on are evaluated, in ms. Default: after two thirds of the parcels. */
  readonly cut: number | undefined;
  readonly isHoliday: IsHoliday;
  readonly calendarOf: CalendarOf;
  readonly seed: number;
  readonly onProgress: (message: string) => void;
}

export interface DeliveryEvaluation {
  readonly cut: number;
  /** Number of days that a cohort has to be old to be fitted on or evaluated. */
  readonly cohortDays: number;
  readonly fittedParcels: number;
  readonly predictions: readonly DeliveryPrediction[];
  /** How often the expected day of a parcel changes on average: by the estimate of a shop, and by the regression. */
  readonly dayChanges: { readonly pastParcels: number; readonly freshet: number };
}

/**
 * Fits the estimate on the parcels before the cut, and predicts the deliveries of later parcels. Only cohorts that are
 * old enough are used: the newest parcels that have arrived are the fast ones.
 * @throws Error if too few parcels are left to fit or to evaluate
 */
export function evaluateDeliveries(
  parcels: readonly TrackedParcel[],
  { cut: requestedCut, isHoliday, calendarOf, seed, onProgress }: DeliveryEvaluationOptions,
): DeliveryEvaluation {
  const ordered = parcels.filter(({ scans }) => scans.length > 0).sort((a, b) => startedAt(a) - startedAt(b));
  if (ordered.length === 0) throw new Error('there are no parcels');
  const cut = requestedCut ?? dayOf(startedAt(ordered[Math.floor((2 / 3) * ordered.length)]));
  const cohortDays = cohortAge(ordered, cut);
  const calibratedUntil = cut - cohortDays * MS_PER_DAY;
  const training = ordered.filter((parcel) => startedAt(parcel) < calibratedUntil);
  if (training.length < MIN_TRAINING_PARCELS)
    throw new Error(
      `only ${training.length} parcels are at least ${cohortDays} days old at the cut; ${MIN_TRAINING_PARCELS} are needed`,
    );
  const end = newestScan(ordered) - cohortDays * MS_PER_DAY;
  if (!ordered.some((parcel) => startedAt(parcel) >= cut && startedAt(parcel) < end))
    throw new Error(`no parcel after the cut is at least ${cohortDays} days old at the end of the file`);
  // A fit and a calibration on parcels with the same time of the label would share a parcel's day.
  const fittedUntil = startedAt(training[Math.floor((1 - CALIBRATION_SHARE) * training.length)]);
  const fitted = training.filter((parcel) => startedAt(parcel) < fittedUntil).map((parcel) => knownAt(parcel, cut));
  if (fitted.length === 0) throw new Error('all parcels to fit on have a label at the same time');
  onProgress(`fitting on ${fitted.length} parcels`);
  const model = fitDeliveryModel(fitted, isHoliday);
  onProgress('predicting');
  const times = { fittedUntil, calibratedUntil, cut, end };
  const compared = { baseline: new MedianBaseline(fitted), pastParcels: new PastParcels(), calendarOf };
  const days = { pastParcels: new ArrivalDays(), freshet: new ArrivalDays() };
  const replay = new LivePredictions(model, compared, days, times, chosenScans(ordered, fitted, seed));
  const predictions = replay.run(ordered);
  if (model.stages.size === 0) throw new Error('no status has enough parcels to be fitted');
  if (predictions.length === 0)
    throw new Error('no evaluated parcel was delivered after a scan whose status has enough parcels to be fitted');
  const dayChanges = { pastParcels: days.pastParcels.meanChanges, freshet: days.freshet.meanChanges };
  return { cut, cohortDays, fittedParcels: fitted.length, predictions, dayChanges };
}

/** Returns a parcel as it was known at a time. */
function knownAt(parcel: TrackedParcel, time: number): TrackedParcel {
  return { ...parcel, scans: parcel.scans.filter(({ at }) => at < time) };
}

/**
 * Returns after how many days nearly all parcels of the first half before the cut had arrived, as it was known at the
 * cut.
 * @param parcels in order of time
 */
function cohortAge(parcels: readonly TrackedParcel[], cut: number): number {
  const before = parcels.filter((parcel) => startedAt(parcel) < cut);
  const days = before
    .slice(0, Math.ceil(before.length / 2))
    .flatMap((parcel) => {
      const at = deliveredAt(knownAt(parcel, cut));
      return at === undefined ? [] : [(at - startedAt(parcel)) / MS_PER_DAY];
    })
    .sort((a, b) => a - b);
  if (days.length === 0) throw new Error('no parcel is delivered before the cut');
  return Math.min(MAX_COHORT_DAYS, Math.ceil(days[Math.floor(COHORT_SHARE * (days.length - 1))]));
}

/** Returns the time of the newest scan, without a few that may have a wrong date. */
function newestScan(parcels: readonly TrackedParcel[]): number {
  const newest = parcels.map(({ scans }) => scans[scans.length - 1].at).sort((a, b) => b - a);
  return newest[Math.min(newest.length - 1, MAX_WRONG_SCANS)];
}

function dayOf(at: number): number {
  return Math.floor(at / MS_PER_DAY) * MS_PER_DAY;
}
