import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { PresentDwell } from './hub-dwell';
import { RunningMean } from './running-mean';

const HOURS_PER_BUCKET = 6;
const BUCKETS = (7 * 24) / HOURS_PER_BUCKET;
/** Limit of the slowness, so that one strange hub does not dominate an estimate. */
const MAX_SLOWNESS = 10;
/** With fewer departures, a mean is not added to the profile, and a hub is never faster than usual. */
const MIN_DEPARTURES = 5;
/** Weight of the usual hours in the present ones, in departures. It decides where no parcel has left for long. */
const SHRINKAGE = 0.25;
/**
 * The logarithm of the mean of n times inside varies by chance: its standard deviation is about ½ / √n. A deviation of
 * more than three standard deviations is significant.
 */
const SIGNIFICANCE = 1.5;

/**
 * The usual mean time in each hub by the time of the week, in hours. Parcels wait over nights and Sundays, so the mean
 * time in a hub moves with the week.
 */
export class HubProfile {
  private readonly hubs = new Map<string, readonly RunningMean[]>();

  /** Adds the present mean time in a hub, unless it is the mean of too few departures. */
  add(hub: string, at: number, { parcelHours, departures }: PresentDwell): void {
    if (departures < MIN_DEPARTURES) return;
    let buckets = this.hubs.get(hub);
    if (buckets === undefined) this.hubs.set(hub, (buckets = Array.from({ length: BUCKETS }, () => new RunningMean())));
    buckets[bucketOf(at)].add(parcelHours / departures);
  }

  /** Returns the usual hours at this time of the week; undefined for an unknown hub. */
  usualHours(hub: string, at: number): number | undefined {
    const buckets = this.hubs.get(hub);
    if (buckets === undefined) return undefined;
    const { count, mean } = buckets[bucketOf(at)];
    if (count > 0) return mean;
    const known = buckets.filter((bucket) => bucket.count > 0);
    return known.reduce((sum, bucket) => sum + bucket.mean, 0) / known.length;
  }

  /**
   * Returns how much slower than usual a hub is: exactly 1 unless the difference is significant. The hours of a hub with
   * few parcels vary by chance, and an estimate that follows chance is worse than one that ignores it.
   */
  slowness(hub: string, at: number, present: PresentDwell | undefined): number {
    const usual = this.usualHours(hub, at);
    if (usual === undefined || usual <= 0 || present === undefined) return 1;
    const { parcelHours, departures } = present;
    const ratio = (parcelHours / usual + SHRINKAGE) / (departures + SHRINKAGE);
    if (ratio < 1 && departures < MIN_DEPARTURES) return 1;
    const isSignificant = Math.abs(Math.log(ratio)) > SIGNIFICANCE / Math.sqrt(Math.max(1, departures));
    return isSignificant ? Math.min(MAX_SLOWNESS, Math.max(1 / MAX_SLOWNESS, ratio)) : 1;
  }
}

function bucketOf(at: number): number {
  return Math.floor((at % (7 * MS_PER_DAY)) / (HOURS_PER_BUCKET * MS_PER_HOUR));
}
