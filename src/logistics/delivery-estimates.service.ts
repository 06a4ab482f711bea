import type { Pool } from '../platform/postgres';
import { DeliveryCalendars } from './delivery-calendars';
import { type PastParcel, PastDeliveries } from './estimate/past-deliveries';
import {
  arrivalRange,
  estimateLevels,
  MAX_PAST_PARCELS,
  type EstimateBasis,
  type PastParcelFilter,
} from './estimate/past-parcel-estimate';
import { isTransitStage } from './parcel';
import { laneOfRecord } from './shipment-event';
import type { TrackedShipment } from './shipment';
import { stateOf } from './shipment-state';
import { readDelivered } from './shipment.store';

export interface DeliveryEstimate {
  readonly earliest: Date;
  readonly median: Date;
  readonly latest: Date;
  readonly basis: EstimateBasis;
  /** Number of past parcels that it is learned from. */
  readonly comparedParcels: number;
}

/** How long past deliveries are used before they are read again. */
const MAX_AGE_MS = 60_000;
/** Maximum number of lanes, services and carriers whose past deliveries are in memory, about 0.3 MB each. */
const MAX_GROUPS = 500;

export interface DeliveryEstimatesOptions {
  readonly pool: Pool;
  /** The clocks of destinations in unknown countries. */
  readonly timeZone: string;
  readonly now?: () => number;
}

/**
 * Estimates when parcels arrive: the range that holds 80 % of the deliveries of the shop's own past parcels, counted from
 * the same status. The past parcels are those of the same carrier, service and lane; if there are too few, those of the
 * carrier and service, or of the carrier. Estimates are computed when they are read.
 */
export class DeliveryEstimates {
  private readonly groups = new Map<string, { readonly readAt: number; readonly past: Promise<PastDeliveries> }>();
  private readonly calendars: DeliveryCalendars;

  constructor(private readonly options: DeliveryEstimatesOptions) {
    this.calendars = new DeliveryCalendars(options.timeZone);
  }

  /** @returns undefined if the parcel is not on its way to a customer, or if too few past parcels are comparable */
  async estimate({ newest, scans }: Pick<TrackedShipment, 'newest' | 'scans'>): Promise<DeliveryEstimate | undefined> {
    const { status, statusAt } = stateOf(scans);
    const record = newest?.record;
    if (record?.kind !== 'OUTBOUND' || statusAt === null || status === 'PENDING' || !isTransitStage(status))
      return undefined;
    const calendar = await this.calendars.of(record.country);
    const { carrier, service } = record;
    for (const [basis, filter] of estimateLevels({ carrier, service, lane: laneOfRecord(record) })) {
      const range = arrivalRange(await this.past(filter), { stage: status, at: statusAt }, this.now(), calendar);
      if (range === undefined) continue;
      const [earliest, median, latest] = [new Date(range.earliest), new Date(range.median), new Date(range.latest)];
      return { earliest, median, latest, basis, comparedParcels: range.comparedParcels };
    }
    return undefined;
  }

  private past(filter: PastParcelFilter): Promise<PastDeliveries> {
    const key = JSON.stringify([filter.carrier, filter.service, filter.lane]);
    const known = this.groups.get(key);
    if (known !== undefined && this.now() - known.readAt < MAX_AGE_MS) return known.past;
    const past = this.readPast(filter);
    const group = { readAt: this.now(), past };
    past.catch(() => this.groups.get(key) === group && this.groups.delete(key));
    this.groups.delete(key);
    this.groups.set(key, group);
    // A map is in the order of insertion: the first key was read the longest ago.
    if (this.groups.size > MAX_GROUPS) this.groups.delete(this.groups.keys().next().value!);
    return past;
  }

  private async readPast(filter: PastParcelFilter): Promise<PastDeliveries> {
    const delivered = await readDelivered(this.options.pool, filter, MAX_PAST_PARCELS);
    const parcels = delivered.map(async ({ newest, scans }): Promise<PastParcel> => ({
      scans,
      calendar: await this.calendars.of(newest!.record.country),
    }));
    return new PastDeliveries(await Promise.all(parcels));
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
