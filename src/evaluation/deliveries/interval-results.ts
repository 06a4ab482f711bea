import { conformalThreshold } from '../../learn/conformal-interval';
import { MS_PER_HOUR } from '../../learn/durations';
import { appendTo } from '../../learn/group-by';
import { AdaptiveIntervals, MISS_SHARE } from '../../logistics/estimate/adaptive-intervals';
import type { LogHourQuantiles } from '../../logistics/estimate/delivery-model';
import { remainingHours } from '../../logistics/estimate/remaining-hours';
import {
  deliveredAt,
  laneOf,
  startedAt,
  type ScanType,
  type TrackedParcel,
  type TransitStage,
} from '../../logistics/parcel';
import { ResultSchedule } from './result-schedule';

/** A lane with fewer results begins with the corrections of its stage; a stage with fewer begins with none. */
const MIN_LANE_RESULTS = 200;
const MIN_STAGE_RESULTS = 100;
/** After these, a parcel does not arrive. */
const ENDINGS: readonly ScanType[] = ['RETURNING', 'RETURNED', 'LOST', 'EXPIRED'];

/** The quantiles of one prediction, without corrections. */
export interface QuantilePrediction {
  readonly parcel: TrackedParcel;
  readonly stage: TransitStage;
  /** Time of the scan right after which it was made, in ms. */
  readonly at: number;
  readonly quantiles: LogHourQuantiles;
}

/** Bounds in hours. */
export interface DeliveryInterval {
  readonly low: number;
  readonly high: number;
}

/** Distance of a result outside the uncorrected interval, in log-hours; negative inside. */
interface CalibrationScore {
  readonly low: number;
  readonly high: number;
}

interface OpenInterval {
  readonly prediction: QuantilePrediction;
  readonly interval: DeliveryInterval;
}

/**
 * The intervals of predictions, corrected by the results of earlier ones. Intervals are for parcels that arrive: a parcel
 * that is lost, returned or never delivered has no result. Whether a parcel whose interval has ended will still arrive
 * is not known at that time, so its result counts with the probability that it does.
 */
export class IntervalResults {
  private readonly corrections = new AdaptiveIntervals();
  private readonly schedule = new ResultSchedule<OpenInterval>();
  private readonly arrivalShares = new Map<TransitStage, number>();

  /**
   * Split conformal prediction gives the first corrections of the stages, and of the lanes with enough results (Romano,
   * Patterson & Candès, NeurIPS 2019).
   * @param predictions all those before `now`
   * @param calibratedUntil parcels with a label before this time are calibrated on, in ms. They must be old enough at
   *   `now` to have arrived
   */
  calibrate(predictions: readonly QuantilePrediction[], calibratedUntil: number, now: number): void {
    const calibrated = predictions.filter(({ parcel }) => startedAt(parcel) < calibratedUntil);
    this.setInitialCorrections(calibrated.filter(({ parcel }) => isDeliveredBy(parcel, now)));
    this.setArrivalShares(calibrated, now);
    for (const prediction of predictions) {
      const interval = this.intervalOf(prediction);
      if (resultKnownAt({ prediction, interval }) >= now) this.open(prediction, interval);
    }
  }

  /** Returns the interval of a prediction, corrected by the results so far. */
  intervalOf({ parcel, stage, quantiles }: QuantilePrediction): DeliveryInterval {
    const corrections = this.corrections.corrections(laneGroup(parcel, stage), stage);
    return {
      low: Math.exp(Math.min(quantiles.low - corrections.low, quantiles.median)),
      high: Math.exp(Math.max(quantiles.high + corrections.high, quantiles.median)),
    };
  }

  /** Waits for the result of an interval. */
  open(prediction: QuantilePrediction, interval: DeliveryInterval): void {
    for (const group of groupsOf(prediction)) this.corrections.open(group);
    this.schedule.add(resultKnownAt({ prediction, interval }), { prediction, interval });
  }

  /** Applies the results that are known at a time, in ms. */
  closeUntil(now: number): void {
    for (const open of this.schedule.takeDue(now)) this.close(open);
  }

  private close(open: OpenInterval): void {
    const { prediction, interval } = open;
    const { parcel, stage } = prediction;
    const knownAt = resultKnownAt(open);
    const hasArrived = isDeliveredBy(parcel, knownAt);
    const hours = hasArrived ? hoursOf(prediction) : Infinity;
    const missed = { low: hours < interval.low, high: hours > interval.high };
    const weight = hasArrived ? 1 : hasEndedBy(parcel, knownAt) ? 0 : (this.arrivalShares.get(stage) ?? 1);
    for (const group of groupsOf(prediction))
      if (weight === 0) this.corrections.discard(group);
      else this.corrections.observe(group, stage, missed, weight);
  }

  private setInitialCorrections(delivered: readonly QuantilePrediction[]): void {
    const byGroup = new Map<string, CalibrationScore[]>();
    for (const prediction of delivered) {
      const { low, high } = prediction.quantiles;
      const actual = Math.log(hoursOf(prediction));
      const score = { low: low - actual, high: actual - high };
      for (const group of groupsOf(prediction)) appendTo(byGroup, group, score);
    }
    const threshold = (scores: readonly number[]) => conformalThreshold(scores, 1 - MISS_SHARE);
    for (const [group, scores] of byGroup) {
      if (scores.length < (isLaneGroup(group) ? MIN_LANE_RESULTS : MIN_STAGE_RESULTS)) continue;
      const [low, high] = [threshold(scores.map((each) => each.low)), threshold(scores.map((each) => each.high))];
      this.corrections.setInitial(group, { low, high });
    }
  }

  /** Estimates how many of the parcels whose interval has ended will still arrive, by stage. */
  private setArrivalShares(calibrated: readonly QuantilePrediction[], now: number): void {
    const counts = new Map<TransitStage, { delivered: number; missing: number }>();
    for (const prediction of calibrated) {
      const { parcel, stage } = prediction;
      const count = counts.get(stage) ?? { delivered: 0, missing: 0 };
      counts.set(stage, count);
      if (isDeliveredBy(parcel, now)) count.delivered++;
      else if (!hasEndedBy(parcel, resultKnownAt({ prediction, interval: this.intervalOf(prediction) })))
        count.missing++;
    }
    for (const [stage, { delivered, missing }] of counts) {
      const late = MISS_SHARE * delivered;
      if (late > 0) this.arrivalShares.set(stage, late / (late + missing));
    }
  }
}

/** The result is known at the arrival or at the end of the interval: the earlier of both. */
function resultKnownAt({ prediction: { parcel, at }, interval }: OpenInterval): number {
  return Math.min(deliveredAt(parcel) ?? Infinity, at + interval.high * MS_PER_HOUR);
}

function hoursOf({ parcel, at }: QuantilePrediction): number {
  return remainingHours(at, deliveredAt(parcel) ?? Infinity);
}

function isDeliveredBy(parcel: TrackedParcel, time: number): boolean {
  return (deliveredAt(parcel) ?? Infinity) <= time;
}

/** Returns whether it was known at a time that the parcel will not arrive. */
function hasEndedBy({ scans }: TrackedParcel, time: number): boolean {
  return scans.some(({ type, at }) => at <= time && ENDINGS.includes(type));
}

function groupsOf({ parcel, stage }: QuantilePrediction): [string, string] {
  return [laneGroup(parcel, stage), stage];
}

function laneGroup(parcel: TrackedParcel, stage: TransitStage): string {
  return `${stage}\n${laneOf(parcel)}`;
}

function isLaneGroup(group: string): boolean {
  return group.includes('\n');
}
