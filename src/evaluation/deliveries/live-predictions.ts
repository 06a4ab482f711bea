import { MS_PER_HOUR } from '../../learn/durations';
import { predictQuantiles, type DeliveryModel } from '../../logistics/estimate/delivery-model';
import type { ParcelProgress } from '../../logistics/estimate/parcel-progress';
import { remainingHours } from '../../logistics/estimate/remaining-hours';
import { scansInOrder, TransitState } from '../../logistics/estimate/transit-state';
import {
  deliveredAt,
  laneOf,
  startedAt,
  type Scan,
  type TrackedParcel,
  type TransitStage,
} from '../../logistics/parcel';
import { IntervalResults, type QuantilePrediction } from './interval-results';
import type { ArrivalDays } from './arrival-days';
import type { MedianBaseline } from './median-baseline';
import type { ComparedParcel, PastParcels } from './past-parcels';
import type { CalendarOf } from './utc-calendar';

export interface ReplayTimes {
  /** Parcels with a label before this time are fitted on, in ms. */
  readonly fittedUntil: number;
  /** Those from then on with a label before this time give the first corrections of the intervals. */
  readonly calibratedUntil: number;
  /** Predictions begin at this time. */
  readonly cut: number;
  /** Parcels with a label from this time on are not evaluated: their deliveries are not all known. */
  readonly end: number;
}

/** One prediction: of one delivered parcel in one stage. */
export interface DeliveryPrediction {
  readonly parcel: TrackedParcel;
  readonly lane: string;
  readonly stage: TransitStage;
  /** Index of the scan right after which it was made. */
  readonly scan: number;
  /** All in hours from that scan. */
  readonly actual: number;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
  readonly baseline: number;
  /** The estimate that a shop shows; undefined if too few parcels were comparable. */
  readonly pastParcels: { readonly low: number; readonly median: number; readonly high: number } | undefined;
}

/** What the predictions are computed with, besides the model. */
export interface ComparedEstimates {
  readonly baseline: MedianBaseline;
  readonly pastParcels: PastParcels;
  readonly calendarOf: CalendarOf;
}

/** The days on which each evaluated parcel was expected, one scan after the other. */
export interface ExpectedDays {
  readonly pastParcels: ArrivalDays;
  readonly freshet: ArrivalDays;
}

/**
 * Predicts deliveries one scan after the other, as live tracking does: a prediction uses only scans up to its own, and
 * only results that were known by then.
 */
export class LivePredictions {
  private readonly state = new TransitState();
  private readonly results = new IntervalResults();
  private readonly predictions: DeliveryPrediction[] = [];
  /** The predictions before the cut. */
  private early: QuantilePrediction[] | undefined = [];

  /** @param chosen the scans whose predictions are evaluated; the others only correct the intervals */
  constructor(
    private readonly model: DeliveryModel,
    private readonly compared: ComparedEstimates,
    private readonly expectedDays: ExpectedDays,
    private readonly times: ReplayTimes,
    private readonly chosen: ReadonlySet<Scan>,
  ) {}

  run(parcels: readonly TrackedParcel[]): readonly DeliveryPrediction[] {
    const { fittedUntil, calibratedUntil, cut } = this.times;
    for (const { parcel, scan } of scansInOrder(parcels)) {
      if (scan.at >= cut && this.early !== undefined) {
        this.results.calibrate(this.early, calibratedUntil, cut);
        this.early = undefined;
      }
      this.results.closeUntil(scan.at);
      const progress = this.state.apply(parcel, scan);
      if (progress !== undefined && startedAt(parcel) >= fittedUntil) this.predict(parcel, scan, progress);
      if (scan.at === deliveredAt(parcel)) this.compared.pastParcels.add(this.comparable(parcel), parcel.scans);
    }
    return this.predictions;
  }

  private predict(parcel: TrackedParcel, scan: Scan, progress: ParcelProgress): void {
    const { stage, at } = progress;
    const quantiles = predictQuantiles(this.model, parcel, progress, this.state.slowness(this.model.profile, at));
    if (quantiles === undefined) return;
    const prediction = { parcel, stage, at, quantiles };
    if (this.early !== undefined) {
      this.early.push(prediction);
      return;
    }
    const interval = this.results.intervalOf(prediction);
    this.results.open(prediction, interval);
    const delivered = deliveredAt(parcel);
    if (delivered === undefined || startedAt(parcel) < this.times.cut || startedAt(parcel) >= this.times.end) return;
    const predicted = Math.exp(quantiles.median);
    const range = this.compared.pastParcels.estimate(this.comparable(parcel), { stage, at }, at);
    this.expectedDays.freshet.add(parcel.id, at + predicted * MS_PER_HOUR);
    if (range !== undefined) this.expectedDays.pastParcels.add(parcel.id, range.median);
    if (!this.chosen.has(scan)) return;
    const hoursUntil = (arrival: number) => remainingHours(at, arrival);
    this.predictions.push({
      ...{ parcel, lane: laneOf(parcel), stage, ...interval },
      scan: parcel.scans.indexOf(scan),
      actual: remainingHours(at, delivered),
      predicted,
      baseline: this.compared.baseline.predict(parcel, stage),
      pastParcels: range && {
        low: hoursUntil(range.earliest),
        median: hoursUntil(range.median),
        high: hoursUntil(range.latest),
      },
    });
  }

  private comparable(parcel: TrackedParcel): ComparedParcel {
    const { carrier, service, country } = parcel;
    return { carrier, service, lane: laneOf(parcel), calendar: this.compared.calendarOf(country) };
  }
}
