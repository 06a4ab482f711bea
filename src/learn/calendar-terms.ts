/** A calendar day in the series' time zone, as the number of days since 1970-01-01. */
export type Day = number;

/** Mean length of a calendar year, in days. */
const DAYS_PER_YEAR = 365.2425;
/** Minimum number of years for a yearly season: with fewer it can't be separated from a trend. */
const MIN_YEARS = 2;
const HARMONICS = 3;
/** Number of last days of a month that count as its end. */
const MONTH_END_DAYS = 3;

export interface CalendarTerms {
  /** Column names, in the order of a row. */
  readonly names: readonly string[];
  readonly row: (day: Day) => number[];
}

/** Returns the weekday from Monday (0) to Sunday (6). 1970-01-01 was a Thursday. */
export const weekdayOf = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/**
 * Returns the regression terms of a daily series: a linear trend, the day of the week, yearly Fourier terms if the days
 * span two years, the last days of a month, and holidays. Columns that are constant over all days are left out, because
 * their coefficients can't be determined. So a term without past examples has no effect.
 *
 * @param days past days, ascending
 * @param holidays past and future holidays
 */
export function calendarTerms(days: readonly Day[], holidays: ReadonlySet<Day>): CalendarTerms {
  const [first] = days;
  const span = days[days.length - 1] - first + 1;
  const columns: [string, (day: Day) => number][] = [['trend', (day) => (day - first) / DAYS_PER_YEAR]];
  for (const weekday of [1, 2, 3, 4, 5, 6])
    columns.push([`weekday ${weekday}`, (day) => (weekdayOf(day) === weekday ? 1 : 0)]);
  if (span >= MIN_YEARS * DAYS_PER_YEAR)
    for (let k = 1; k <= HARMONICS; k++) {
      columns.push([`year cos ${k}`, (day) => Math.cos((2 * Math.PI * k * day) / DAYS_PER_YEAR)]);
      columns.push([`year sin ${k}`, (day) => Math.sin((2 * Math.PI * k * day) / DAYS_PER_YEAR)]);
    }
  columns.push(['month end', (day) => (daysLeftInMonth(day) < MONTH_END_DAYS ? 1 : 0)]);
  columns.push(['holiday', (day) => (holidays.has(day) ? 1 : 0)]);
  const varying = columns.filter(([, term]) => days.some((day) => term(day) !== term(first)));
  return { names: varying.map(([name]) => name), row: (day) => varying.map(([, term]) => term(day)) };
}

/** Returns 0 on the last day of a month. */
function daysLeftInMonth(day: Day): number {
  const date = new Date(day * 86_400_000);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate();
}
