import { MS_PER_HOUR } from '../../learn/durations';

/** A parcel that is delivered in the minute of its newest scan counts as this. */
const MIN_HOURS = 1 / 60;

/** Returns the hours from a scan to the delivery, at least one minute. Times are in ms. */
export function remainingHours(from: number, delivered: number): number {
  return Math.max(MIN_HOURS, (delivered - from) / MS_PER_HOUR);
}
