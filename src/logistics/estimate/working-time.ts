import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { TimeZone } from '../../streams/window/time-zone';

/** The days on which parcels are delivered at a destination. */
export interface DeliveryCalendar {
  readonly timeZone: Pick<TimeZone, 'wallAt' | 'instantOf'>;
  /** Returns whether nothing is delivered on a day, in days since 1970 by the clocks of the destination. */
  readonly isClosed: (day: number) => boolean;
}

/** Longer times are cut off: no parcel travels that long. */
const MAX_DAYS = 366;

/**
 * Returns the time on open days from one instant to a later one, in hours. A day has 24 hours, also where clocks change.
 * A parcel that is delivered at noon of the next open day takes as long before a weekend as in the middle of a week.
 * @param from milliseconds since 1970 (UTC)
 * @param to milliseconds since 1970 (UTC), not before `from`
 */
export function workingHours(from: number, to: number, calendar: DeliveryCalendar): number {
  const [start, end] = [calendar.timeZone.wallAt(from), calendar.timeZone.wallAt(to)];
  let hours = openTime(end, calendar) - openTime(start, calendar);
  const lastDay = dayOf(end);
  for (let day = Math.max(dayOf(start), lastDay - MAX_DAYS); day < lastDay; day++)
    if (!calendar.isClosed(day)) hours += MS_PER_DAY;
  return Math.max(0, hours) / MS_PER_HOUR;
}

/**
 * Returns the instant that is `hours` of {@link workingHours} after another one. It is on an open day.
 * @param hours a number ≥ 0
 * @returns milliseconds since 1970 (UTC)
 */
export function afterWorkingHours(from: number, hours: number, calendar: DeliveryCalendar): number {
  const start = calendar.timeZone.wallAt(from);
  let left = openTime(start, calendar) + hours * MS_PER_HOUR;
  const firstDay = dayOf(start);
  let day = firstDay;
  for (; day < firstDay + MAX_DAYS && (left >= MS_PER_DAY || calendar.isClosed(day)); day++)
    if (!calendar.isClosed(day)) left -= MS_PER_DAY;
  return calendar.timeZone.instantOf(day * MS_PER_DAY + Math.min(left, MS_PER_DAY - 1));
}

const dayOf = (wall: number): number => Math.floor(wall / MS_PER_DAY);

/** Returns the time of its day that has passed, in milliseconds; 0 on a closed day. */
function openTime(wall: number, { isClosed }: DeliveryCalendar): number {
  const day = dayOf(wall);
  return isClosed(day) ? 0 : wall - day * MS_PER_DAY;
}
