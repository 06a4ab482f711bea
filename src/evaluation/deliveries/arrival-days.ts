import { MS_PER_DAY } from '../../learn/durations';

/** The day on which each parcel is expected, and how often that has changed. */
export class ArrivalDays {
  private readonly days = new Map<string, number>();
  private changes = 0;

  /** @param arrival when the parcel is expected now, in ms */
  add(parcelId: string, arrival: number): void {
    const day = Math.floor(arrival / MS_PER_DAY);
    const before = this.days.get(parcelId);
    if (before !== undefined && before !== day) this.changes++;
    this.days.set(parcelId, day);
  }

  /** Mean number of changes of a parcel. */
  get meanChanges(): number {
    return this.changes / Math.max(1, this.days.size);
  }
}
