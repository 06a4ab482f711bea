import {
  arrivalRange,
  estimateLevels,
  MAX_PAST_PARCELS,
  type ArrivalRange,
  type ParcelBasis,
  type PastParcelFilter,
} from '../../logistics/estimate/past-parcel-estimate';
import { PastDeliveries, type PastParcel } from '../../logistics/estimate/past-deliveries';
import type { DeliveryCalendar } from '../../logistics/estimate/working-time';
import { laneOf, type Parcel, type TrackedParcel, type TransitStage } from '../../logistics/parcel';

/** Returns the calendar of a country. */
export type CalendarOf = (country: string) => DeliveryCalendar;

/** The estimate that a shop shows, from the parcels that were delivered so far. */
export class PastParcels {
  /** The parcels that were delivered last, by group. */
  private readonly groups = new Map<string, PastParcel[]>();
  /** What the estimates are computed from, by group, until another parcel of the group is delivered. */
  private readonly computed = new Map<string, PastDeliveries>();

  constructor(private readonly calendarOf: CalendarOf) {}

  /** Adds a parcel that has just been delivered. */
  add(parcel: TrackedParcel): void {
    const past = { scans: parcel.scans, calendar: this.calendarOf(parcel.country) };
    for (const [, filter] of levelsOf(parcel)) {
      const key = keyOf(filter);
      const group = this.groups.get(key);
      if (group === undefined) this.groups.set(key, [past]);
      else if (group.push(past) > MAX_PAST_PARCELS) group.shift();
      this.computed.delete(key);
    }
  }

  /**
   * @param status the last status of the parcel, and when it was reached, in ms
   * @returns when it arrives; undefined if too few parcels are comparable
   */
  estimate(
    parcel: Parcel,
    status: { readonly stage: TransitStage; readonly at: number },
    now: number,
  ): (ArrivalRange & { readonly basis: ParcelBasis }) | undefined {
    for (const [basis, filter] of levelsOf(parcel)) {
      const range = arrivalRange(this.pastOf(filter), status, now, this.calendarOf(parcel.country));
      if (range !== undefined) return { ...range, basis };
    }
    return undefined;
  }

  private pastOf(filter: PastParcelFilter): PastDeliveries {
    const key = keyOf(filter);
    const known = this.computed.get(key);
    if (known !== undefined) return known;
    const past = new PastDeliveries([...(this.groups.get(key) ?? [])]);
    this.computed.set(key, past);
    return past;
  }
}

function levelsOf(parcel: Parcel): ReturnType<typeof estimateLevels> {
  return estimateLevels({ carrier: parcel.carrier, service: parcel.service, lane: laneOf(parcel) });
}

function keyOf({ carrier, service, lane }: PastParcelFilter): string {
  return JSON.stringify([carrier, service, lane]);
}
