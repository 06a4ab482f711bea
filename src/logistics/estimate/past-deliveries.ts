import { deliveredAt, isTransitStage, type Scan, type TransitStage } from '../parcel';
import { workingHours, type DeliveryCalendar } from './working-time';

/** A delivered parcel, as the estimate learns from it. */
export interface PastParcel {
  /** In order of time. */
  readonly scans: readonly Pick<Scan, 'type' | 'at'>[];
  readonly calendar: DeliveryCalendar;
}

/** A range of working hours until the delivery. */
export interface RemainingRange {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Minimum number of comparable scans. With fewer, a range of 80 % would be a guess. */
const MIN_SCANS = 20;
/** Share of the deliveries before the range, and after it. */
const OUTSIDE_SHARE = 0.1;

/** The working hours that past parcels took from each status until their delivery. */
export class PastDeliveries {
  private readonly hours = new Map<TransitStage, Float64Array>();

  constructor(parcels: readonly PastParcel[]) {
    const byStage = new Map<TransitStage, number[]>();
    for (const { scans, calendar } of parcels) {
      const arrival = deliveredAt({ scans: scans as readonly Scan[] });
      if (arrival === undefined) continue;
      for (const { type, at } of scans) {
        if (!isTransitStage(type) || at > arrival) continue;
        const hours = workingHours(at, arrival, calendar);
        const known = byStage.get(type);
        if (known) known.push(hours);
        else byStage.set(type, [hours]);
      }
    }
    for (const [stage, all] of byStage) this.hours.set(stage, Float64Array.from(all).sort());
  }

  /**
   * Returns the range that holds 80 % of the deliveries, and their median, among past parcels that had not arrived
   * after `elapsed` hours in a status either. The bounds are the order statistics that hold at least this share for one
   * more parcel like them (split conformal prediction: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World,
   * 2005).
   * @returns working hours since the scan, or undefined if too few parcels are comparable
   */
  rangeAfter(stage: TransitStage, elapsed: number): (RemainingRange & { readonly scans: number }) | undefined {
    const all = this.hours.get(stage);
    if (all === undefined) return undefined;
    let first = 0;
    while (first < all.length && all[first] <= elapsed) first++;
    const scans = all.length - first;
    if (scans < MIN_SCANS) return undefined;
    const at = (rank: number) => all[first + Math.min(scans, Math.max(1, rank)) - 1];
    return {
      low: at(Math.floor((scans + 1) * OUTSIDE_SHARE)),
      median: at(Math.ceil((scans + 1) / 2)),
      high: at(Math.ceil((scans + 1) * (1 - OUTSIDE_SHARE))),
      scans,
    };
  }
}
