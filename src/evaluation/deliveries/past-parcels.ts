import { PastDeliveries, PastParcel } from '../../logistics/estimate/past-deliveries';
import {
  arrivalRange,
  estimateLevels,
  groupKey,
  MAX_PAST_PARCELS,
  type ArrivalRange,
  type ParcelBasis,
  type PastParcelFilter,
} from '../../logistics/estimate/past-parcel-estimate';
import type { DeliveryCalendar } from '../../logistics/estimate/working-time';
import type { Scan, TransitStage } from '../../logistics/parcel';

/** What makes parcels comparable. */
export interface ComparedParcel extends Required<PastParcelFilter> {
  /** The calendar of the destination. */
  readonly calendar: DeliveryCalendar;
}

/** The estimate that a shop shows, from the parcels that have been added so far. */
export class PastParcels {
  /** The parcels that were delivered last, by group. */
  private readonly groups = new Map<string, PastParcel[]>();
  /** What the estimates are computed from, by group, until another parcel of the group is delivered. */
  private readonly computed = new Map<string, PastDeliveries>();

  /** Adds a parcel that has just been delivered. @param scans in order of time */
  add(parcel: ComparedParcel, scans: readonly Pick<Scan, 'type' | 'at'>[]): void {
    const past = new PastParcel(scans, parcel.calendar);
    for (const [, filter] of estimateLevels(parcel)) {
      const key = groupKey(filter);
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
    parcel: ComparedParcel,
    status: { readonly stage: TransitStage; readonly at: number },
    now: number,
  ): (ArrivalRange & { readonly basis: ParcelBasis }) | undefined {
    for (const [basis, filter] of estimateLevels(parcel)) {
      const range = arrivalRange(this.pastOf(filter), status, now, parcel.calendar);
      if (range !== undefined) return { ...range, basis };
    }
    return undefined;
  }

  private pastOf(filter: PastParcelFilter): PastDeliveries {
    const key = groupKey(filter);
    const known = this.computed.get(key);
    if (known !== undefined) return known;
    const past = new PastDeliveries([...(this.groups.get(key) ?? [])]);
    this.computed.set(key, past);
    return past;
  }
}
