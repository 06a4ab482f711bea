import type { Day } from '../learn/calendar-terms';
import type { DailySeries } from '../learn/demand-forecast';
import { MS_PER_DAY } from '../learn/durations';

export interface DatedValue {
  readonly start: Date;
  readonly value: number;
}

/** Returns a function that maps an instant to its calendar day in an IANA time zone. */
export function dayFunctionFor(timeZone: string): (at: Date) => Day {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at) => Date.parse(`${format.format(at)}T00:00:00Z`) / MS_PER_DAY;
}

/** Returns a day as text like `2026-03-01`. */
export function textOfDay(day: Day): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Parses a day like `2026-03-01`. @returns undefined if the text is not a valid day */
export function dayOfText(text: string): Day | undefined {
  const day = Date.parse(`${text}T00:00:00Z`) / MS_PER_DAY;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isInteger(day) && textOfDay(day) === text ? day : undefined;
}

/** Sums values by day. A day without values has the sum 0. @returns undefined if there are no values */
export function dailySeries(values: readonly DatedValue[], dayOf: (at: Date) => Day): DailySeries | undefined {
  const byDay = new Map<Day, number>();
  for (const { start, value } of values) byDay.set(dayOf(start), (byDay.get(dayOf(start)) ?? 0) + value);
  if (byDay.size === 0) return undefined;
  const days = [...byDay.keys()];
  const first = days.reduce((least, day) => Math.min(least, day));
  const last = days.reduce((most, day) => Math.max(most, day));
  return { first, values: Array.from({ length: last - first + 1 }, (_, n) => byDay.get(first + n) ?? 0) };
}
