import type { DeliveryCalendar } from '../../logistics/estimate/working-time';

/** Returns the calendar of a country. */
export type CalendarOf = (country: string) => DeliveryCalendar;

const UTC = { wallAt: (instant: number) => instant, instantOf: (wall: number) => wall };

/** Returns a calendar by the clocks of UTC. @param isClosed whether nothing is delivered on a day, in days since 1970 */
export function utcCalendar(isClosed: DeliveryCalendar['isClosed']): DeliveryCalendar {
  return { timeZone: UTC, isClosed };
}
