import { setImmediate } from 'node:timers/promises';
import type { Pool } from '../platform/postgres';
import type { DeliveryCalendars } from './delivery-calendars';
import { MAX_CARRIERS, type AccuracyFigures, type DeliveryAccuracyObject } from './delivery-accuracy.type';
import { pastEstimates, type DeliveredParcel, type PastEstimate } from './estimate/past-estimates';
import { laneOfRecord } from './shipment-event';
import { readLastDelivered } from './shipment.store';

/** Number of parcels that are read: those that were delivered last. */
const MAX_PARCELS = 5_000;
/** How long a report is returned before it is computed again. */
const MAX_AGE_MS = 5 * 60_000;
/** Number of estimates, about 0.1 ms each, that are computed without a pause. */
const SLICE = 100;

export interface DeliveryAccuraciesOptions {
  readonly pool: Pool;
  readonly calendars: Pick<DeliveryCalendars, 'of'>;
  readonly now?: () => number;
}

/** Reports how the estimates of delivered parcels compare with their deliveries. */
export class DeliveryAccuracies {
  private report: { readonly asOf: number; readonly answer: Promise<DeliveryAccuracyObject> } | undefined;

  constructor(private readonly options: DeliveryAccuraciesOptions) {}

  /** Returns a report that is at most five minutes old. */
  read(): Promise<DeliveryAccuracyObject> {
    const now = (this.options.now ?? Date.now)();
    if (this.report !== undefined && now - this.report.asOf < MAX_AGE_MS) return this.report.answer;
    const answer = this.compute(new Date(now));
    this.report = { asOf: now, answer };
    answer.catch(() => (this.report = undefined));
    return answer;
  }

  private async compute(asOf: Date): Promise<DeliveryAccuracyObject> {
    const estimates: PastEstimate[] = [];
    for (const estimate of pastEstimates(await this.delivered()))
      if (estimates.push(estimate) % SLICE === 0) await setImmediate();
    const names = [...new Set(estimates.map(({ carrier }) => carrier))];
    const carriers = names.map((name) => ({
      carrier: name,
      ...figuresOf(estimates.filter(({ carrier }) => carrier === name)),
    }));
    carriers.sort((a, b) => b.parcels - a.parcels || (a.carrier < b.carrier ? -1 : 1));
    const first = estimates.reduce((earliest, { deliveredAt }) => Math.min(earliest, deliveredAt), Infinity);
    return {
      ...{ asOf, since: estimates.length === 0 ? null : new Date(first) },
      ...figuresOf(estimates),
      carriers: carriers.slice(0, MAX_CARRIERS),
    };
  }

  private async delivered(): Promise<DeliveredParcel[]> {
    const shipments = await readLastDelivered(this.options.pool, MAX_PARCELS);
    return Promise.all(
      shipments.map(async ({ newest, scans }): Promise<DeliveredParcel> => {
        const { record } = newest!;
        const { carrier, service, country } = record;
        const calendar = await this.options.calendars.of(country);
        return {
          carrier,
          service,
          lane: laneOfRecord(record),
          calendar,
          scans: scans.map(({ type, at }) => ({ type, at })),
        };
      }),
    );
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
