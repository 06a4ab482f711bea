import { MS_PER_DAY } from '../learn/durations';
import type { Pool } from '../platform/postgres';
import { drawDelivered, readTransitsUntil, type DeliveredParcel, type PastTransit } from './delivery-accuracy.store';
import { MAX_CARRIERS, type AccuracyFigures, type DeliveryAccuracyObject } from './delivery-accuracy.type';
import type { DeliveryCalendars } from './delivery-calendars';
import { PastDeliveries, PastParcel } from './estimate/past-deliveries';
import { comparePast, handOverOf, type PastEstimate } from './estimate/past-estimate';
import { arrivalRange, estimateLevels, MAX_PAST_PARCELS } from './estimate/past-parcel-estimate';
import type { TransitStage } from './parcel';
import { laneOfRecord } from './shipment-event';

/** Deliveries of this time before now are compared. */
const PERIOD_MS = 28 * MS_PER_DAY;
/** About how many of them are drawn. Each takes one to three queries. */
const DRAWN_PARCELS = 500;
/** How long a report is returned before it is computed again. */
const MAX_AGE_MS = 5 * 60_000;

export interface DeliveryAccuraciesOptions {
  readonly pool: Pool;
  readonly calendars: Pick<DeliveryCalendars, 'of'>;
}

/** Reports how the estimates of delivered parcels compare with their deliveries. */
export class DeliveryAccuracies {
  private report: { readonly asOf: number; readonly answer: Promise<DeliveryAccuracyObject> } | undefined;

  constructor(private readonly options: DeliveryAccuraciesOptions) {}

  /** Returns a report that is at most five minutes old. */
  read(): Promise<DeliveryAccuracyObject> {
    const now = Date.now();
    if (this.report !== undefined && now - this.report.asOf < MAX_AGE_MS) return this.report.answer;
    const report = { asOf: now, answer: this.compute(now) };
    this.report = report;
    report.answer.catch(() => {
      if (this.report === report) this.report = undefined;
    });
    return report.answer;
  }

  private async compute(now: number): Promise<DeliveryAccuracyObject> {
    const estimates: PastEstimate[] = [];
    for (const parcel of await drawDelivered(this.options.pool, new Date(now - PERIOD_MS), DRAWN_PARCELS)) {
      const estimate = await this.estimateOf(parcel);
      if (estimate !== undefined) estimates.push(estimate);
    }
    const names = [...new Set(estimates.map(({ carrier }) => carrier))];
    const carriers = names.map((name) => ({
      carrier: name,
      ...figuresOf(estimates.filter(({ carrier }) => carrier === name)),
    }));
    carriers.sort((a, b) => b.parcels - a.parcels || (a.carrier < b.carrier ? -1 : 1));
    return {
      asOf: new Date(now),
      // They are in order of the delivery.
      since: estimates.length === 0 ? null : new Date(estimates[0]!.deliveredAt),
      ...figuresOf(estimates),
      carriers: carriers.slice(0, MAX_CARRIERS),
    };
  }

  /**
   * Returns the estimate that a parcel had when its carrier took it over, learned from the parcels that had been
   * delivered until then.
   * @returns undefined if it has no such scan before its delivery, or if too few parcels were comparable
   */
  private async estimateOf({ record, scans, deliveredAt }: DeliveredParcel): Promise<PastEstimate | undefined> {
    const handOver = handOverOf(scans);
    if (handOver === undefined || handOver.at > deliveredAt) return undefined;
    const { pool, calendars } = this.options;
    const { carrier, service, country } = record;
    const calendar = await calendars.of(country);
    for (const [, filter] of estimateLevels({ carrier, service, lane: laneOfRecord(record) })) {
      const until = new Date(handOver.at);
      const transits = await readTransitsUntil(pool, filter, handOver.stage, until, MAX_PAST_PARCELS);
      const past = await Promise.all(transits.map((transit) => this.pastParcel(transit, handOver.stage)));
      const range = arrivalRange(new PastDeliveries(past), handOver, handOver.at, calendar);
      if (range !== undefined) return comparePast({ carrier, deliveredAt }, range, calendar);
    }
    return undefined;
  }

  private async pastParcel({ country, stageAt, deliveredAt }: PastTransit, stage: TransitStage): Promise<PastParcel> {
    const before = stageAt.filter((at) => at <= deliveredAt).map((at) => ({ type: stage, at }));
    const scans = [...before, { type: 'DELIVERED' as const, at: deliveredAt }];
    return new PastParcel(scans, await this.options.calendars.of(country));
  }
}

function figuresOf(estimates: readonly PastEstimate[]): AccuracyFigures {
  const countOf = (fits: (estimate: PastEstimate) => boolean) => estimates.filter(fits).length;
  const errors = estimates.map(({ errorHours }) => errorHours).sort((a, b) => a - b);
  return {
    parcels: estimates.length,
    within: countOf(({ result }) => result === 'WITHIN'),
    early: countOf(({ result }) => result === 'EARLY'),
    late: countOf(({ result }) => result === 'LATE'),
    onShownDays: countOf(({ isOnShownDays }) => isOnShownDays),
    medianErrorHours: errors.length === 0 ? null : errors[Math.floor((errors.length - 1) / 2)]!,
  };
}
