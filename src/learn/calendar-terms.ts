/** A day, counted from 1970-01-01 in whatever calendar the series is of. */
export type Day = number;

/** A year as the seasons have it, in days. */
const YEAR = 365.2425;
/** Of a yearly season: below two of them it can't be told from a trend. */
const MIN_YEARS = 2;
const HARMONICS = 3;
/** Days at the end of a month that count as its end. */
const MONTH_END = 3;

export interface CalendarTerms {
  /** What each column is, in the order of a row. */
  readonly names: readonly string[];
  readonly row: (day: Day) => number[];
}

/** From Monday, 0, to Sunday, 6. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/**
 * What a daily series is regressed on: a straight trend, the day of the week, yearly Fourier terms where the days span two
 * years, the last days of a month, holidays. Columns that are the same on all days are left out, so that what is left can be
 * told apart: a term that the past does not show has no effect.
 *
 * @param days of the past, ascending
 * @param holidays also after them
 */
export function calendarTerms(days: readonly Day[], holidays: ReadonlySet<Day>): CalendarTerms {
  const [first] = days;
  const span = days[days.length - 1] - first + 1;
  const columns: [string, (day: Day) => number][] = [['trend', (day) => (day - first) / YEAR]];
  for (const weekday of [1, 2, 3, 4, 5, 6])
    columns.push([`weekday ${weekday}`, (day) => (weekdayOf(day) === weekday ? 1 : 0)]);
  if (span >= MIN_YEARS * YEAR)
    for (let k = 1; k <= HARMONICS; k++) {
      columns.push([`year cos ${k}`, (day) => Math.cos((2 * Math.PI * k * day) / YEAR)]);
      columns.push([`year sin ${k}`, (day) => Math.sin((2 * Math.PI * k * day) / YEAR)]);
    }
  columns.push(['month end', (day) => (daysLeftInMonth(day) < MONTH_END ? 1 : 0)]);
  columns.push(['holiday', (day) => (holidays.has(day) ? 1 : 0)]);
  const kept = columns.filter(([, term]) => days.some((day) => term(day) !== term(first)));
  return { names: kept.map(([name]) => name), row: (day) => kept.map(([, term]) => term(day)) };
}

/** 0 on the last day. */
function daysLeftInMonth(day: Day): number {
  const at = new Date(day * 86_400_000);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate() - at.getUTCDate();
}
