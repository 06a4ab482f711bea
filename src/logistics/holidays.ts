import type DateHolidays from 'date-holidays';
import { MS_PER_DAY } from '../learn/durations';

const SUNDAY = 0;

/**
 * Returns whether nothing is delivered on a day in a country: on Sundays, and on its public holidays. Regional holidays
 * are open, because a postcode does not say the region.
 * @param country ISO 3166-1 alpha-2; without one, or with one that is unknown, only Sundays are closed
 */
export async function closedDaysOf(country: string | null): Promise<(day: number) => boolean> {
  const calendar = country === null ? undefined : await holidaysOf(country);
  const byYear = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const date = new Date(day * MS_PER_DAY);
    if (date.getUTCDay() === SUNDAY) return true;
    if (calendar === undefined) return false;
    const year = date.getUTCFullYear();
    let holidays = byYear.get(year);
    if (holidays === undefined) byYear.set(year, (holidays = publicHolidays(calendar, year)));
    return holidays.has(day);
  };
}

const byCountry = new Map<string, Promise<DateHolidays>>();

/** Loads the package with the first country that is asked for: its rules take 10 MB. */
function holidaysOf(country: string): Promise<DateHolidays> {
  let calendar = byCountry.get(country);
  if (calendar === undefined)
    byCountry.set(country, (calendar = import('date-holidays').then(({ default: Holidays }) => new Holidays(country))));
  return calendar;
}

function publicHolidays(calendar: DateHolidays, year: number): ReadonlySet<number> {
  // Undefined for an unknown country.
  const found = (calendar.getHolidays(year) as ReturnType<DateHolidays['getHolidays']> | undefined) ?? [];
  const days = found.flatMap(({ type, date, start, end }) => {
    if (type !== 'public') return [];
    const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / MS_PER_DAY));
    const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / MS_PER_DAY;
    return Array.from({ length }, (_, index) => first + index);
  });
  return new Set(days);
}
