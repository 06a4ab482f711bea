import { deliveredAt, type Scan, type TransitStage } from '../parcel';
import { workingHours, type DeliveryCalendar } from './working-time';

/** A delivered parcel, as the estimate learns from it. */
export class PastParcel {
  private readonly hoursByStage = new Map<TransitStage, readonly number[]>();

  /**
   * @param scans in order of time
   * @param calendar of the destination
   */
  constructor(
    readonly scans: readonly Pick<Scan, 'type' | 'at'>[],
    readonly calendar: DeliveryCalendar,
  ) {}

  /** Returns the working hours from each scan of a status until the delivery. Computed once: groups share parcels. */
  hoursFrom(stage: TransitStage): readonly number[] {
    let hours = this.hoursByStage.get(stage);
    if (hours === undefined) this.hoursByStage.set(stage, (hours = this.computeHours(stage)));
    return hours;
  }

  private computeHours(stage: TransitStage): readonly number[] {
    const arrival = deliveredAt({ scans: this.scans });
    if (arrival === undefined) return [];
    return this.scans
      .filter(({ type, at }) => type === stage && at <= arrival)
      .map(({ at }) => workingHours(at, arrival, this.calendar));
  }
}

/** A range of working hours until the delivery. */
export interface RemainingRange {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Number of past parcels that it was learned from. */
  readonly parcels: number;
}

/** Minimum number of comparable parcels. With fewer, a range of 80 % would be a guess. */
const MIN_PARCELS = 20;
/** Share of the deliveries before the range, and after it. */
const OUTSIDE_SHARE = 0.1;
/** A parcel that waits longer for its next scan than this share of past parcels is stuck. */
const SCANNED_AGAIN_SHARE = 0.98;

/** The working hours from a scan of a past parcel until its delivery. */
interface Remaining {
  readonly hours: number;
  readonly parcel: number;
}

/** The working hours that past parcels took from each status until their delivery. */
export class PastDeliveries {
  private readonly byStage = new Map<TransitStage, readonly Remaining[]>();
  private readonly quietByStage = new Map<TransitStage, number | undefined>();

  constructor(private readonly parcels: readonly PastParcel[]) {}

  /**
   * Returns the range that holds 80 % of the deliveries, and their median, among the past parcels whose delivery took
   * more than `elapsed` hours from a status, too. All scans of this status count.
   * @returns working hours since the scan, or undefined if fewer than 20 parcels are comparable
   */
  rangeAfter(stage: TransitStage, elapsed: number): RemainingRange | undefined {
    const left = this.remaining(stage).filter(({ hours }) => hours > elapsed);
    const parcels = new Set(left.map(({ parcel }) => parcel)).size;
    if (parcels < MIN_PARCELS) return undefined;
    // A new parcel comes before the k-th of n others with the probability k / (n + 1). Where that can't be the nominal
    // share, the range is wider.
    const below = (left.length + 1) * OUTSIDE_SHARE;
    const at = (rank: number) => left[rank - 1].hours;
    const [low, high] = [Math.floor(below), Math.ceil(left.length + 1 - below)];
    return { low: at(low), median: at(Math.ceil((left.length + 1) / 2)), high: at(high), parcels };
  }

  /**
   * Returns the working hours within which 98 % of the past parcels were scanned again after a status.
   * @returns undefined if fewer than 20 parcels are comparable
   */
  quietHours(stage: TransitStage): number | undefined {
    if (!this.quietByStage.has(stage)) this.quietByStage.set(stage, this.findQuietHours(stage));
    return this.quietByStage.get(stage);
  }

  private findQuietHours(stage: TransitStage): number | undefined {
    const gaps = this.parcels.flatMap(({ scans, calendar }) => {
      const index = scans.findIndex(({ type }) => type === stage);
      const next = scans[index + 1];
      return index < 0 || next === undefined ? [] : [workingHours(scans[index].at, next.at, calendar)];
    });
    if (gaps.length < MIN_PARCELS) return undefined;
    gaps.sort((a, b) => a - b);
    return gaps[Math.ceil(gaps.length * SCANNED_AGAIN_SHARE) - 1];
  }

  /** Computed when it is asked for, because most statuses never are. @returns sorted by hours */
  private remaining(stage: TransitStage): readonly Remaining[] {
    const known = this.byStage.get(stage);
    if (known !== undefined) return known;
    const found = this.parcels.flatMap((past, parcel) => past.hoursFrom(stage).map((hours) => ({ hours, parcel })));
    found.sort((a, b) => a.hours - b.hours);
    this.byStage.set(stage, found);
    return found;
  }
}
