import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { TimeZone } from '../../streams/window/time-zone';

/** The days on which parcels are delivered at a destination. */
export interface DeliveryCalendar {
  readonly timeZone: TimeZone;
  /** Returns whether nothing is delivered on a day, in days since 1970 by the clocks of the destination. */
  readonly isClosed: (day: number) => boolean;
}

const HOURS_PER_DAY = MS_PER_DAY / MS_PER_HOUR;
/** Longer times are cut off: no parcel travels that long. */
const MAX_DAYS = 366;

/**
 * Returns the working time from one instant to a later one, in hours: 24 for each open day after the day of `from` until
 * the day of `to`, plus the difference of the times of day. So a parcel that is delivered at noon of the next open day
 * takes as long before a weekend as in the middle of a week.
 * @param from milliseconds since 1970 (UTC)
 * @param to milliseconds since 1970 (UTC), not before `from`
 */
export function workingHours(from: number, to: number, { timeZone, isClosed }: DeliveryCalendar): number {
  const [start, end] = [timeZone.wallAt(from), timeZone.wallAt(to)];
  const lastDay = dayOf(end);
  let openDays = 0;
  for (let day = Math.max(dayOf(start), lastDay - MAX_DAYS) + 1; day <= lastDay; day++) if (!isClosed(day)) openDays++;
  return openDays * HOURS_PER_DAY + (timeOfDay(end) - timeOfDay(start)) / MS_PER_HOUR;
}

/**
 * Returns the instant that is `hours` of working time after another one: the inverse of {@link workingHours} for
 * instants on open days.
 * @param hours a number ≥ 0
 * @returns milliseconds since 1970 (UTC)
 */
export function afterWorkingHours(from: number, hours: number, { timeZone, isClosed }: DeliveryCalendar): number {
  const start = timeZone.wallAt(from);
  const time = timeOfDay(start) + Math.min(hours, MAX_DAYS * HOURS_PER_DAY) * MS_PER_HOUR;
  let day = dayOf(start);
  let closedDays = 0;
  for (let openDays = Math.floor(time / MS_PER_DAY); openDays > 0 && closedDays < MAX_DAYS;) {
    day++;
    if (isClosed(day)) closedDays++;
    else openDays--;
  }
  return timeZone.instantOf(day * MS_PER_DAY + (time % MS_PER_DAY));
}

const dayOf = (wall: number): number => Math.floor(wall / MS_PER_DAY);
const timeOfDay = (wall: number): number => wall - dayOf(wall) * MS_PER_DAY;
