import { MS_PER_DAY, MS_PER_MINUTE } from '../learn/durations';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
/** Hours of any weekday have an opening that so few holidays can't cover, so that the search for it ends. */
const MAX_HOLIDAYS = 100;

/** A time of a day at which the office is open, in milliseconds since midnight by the clock. `to` is excluded. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** By weekday, from Sunday: when the office is open, in order. */
export type WeeklyHours = readonly (readonly Span[])[];

const ENTRY = /^([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? (\d{2}):(\d{2})-(\d{2}):(\d{2})$/;

/** Reads `Mon-Fri 09:00-17:00, Sat 10:00-14:00`. Returns what is wrong, to follow the name of the setting. */
export function parseWeeklyHours(text: string): WeeklyHours | string {
  const hours: Span[][] = WEEKDAYS.map(() => []);
  for (const entry of text.split(',').map((each) => each.trim())) {
    const [, first = '', last = first, ...clock] = ENTRY.exec(entry) ?? [];
    const [begin, end] = [first, last].map((name) => WEEKDAYS.findIndex((day) => day === name)) as [number, number];
    if (begin < 0 || end < 0) return `has ${JSON.stringify(entry)}, which is not like Mon-Fri 09:00-17:00`;
    const [fromHour, fromMinute, toHour, toMinute] = clock.map(Number) as [number, number, number, number];
    const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute].map((minutes) => minutes * MS_PER_MINUTE);
    if (fromMinute > 59 || toMinute > 59 || to! > MS_PER_DAY)
      return `has ${JSON.stringify(entry)}, with a time that is not between 00:00 and 24:00`;
    if (from! >= to!) return `has ${JSON.stringify(entry)}, which does not end after it begins on the same day`;
    for (let day = begin; ; day = (day + 1) % 7) {
      if (hours[day]!.some((span) => span.from < to! && from! < span.to))
        return `has ${JSON.stringify(entry)}, which overlaps other hours of ${WEEKDAYS[day]}`;
      hours[day]!.push({ from: from!, to: to! });
      if (day === end) break;
    }
  }
  return hours.map((spans) => spans.sort((a, b) => a.from - b.from));
}

/** Reads `2026-12-24, 12-25`: days of one year, and days of every year. Returns what is wrong, like {@link parseWeeklyHours}. */
export function parseHolidays(text: string): readonly string[] | string {
  const days = text.split(',').map((each) => each.trim());
  if (days.length > MAX_HOLIDAYS) return `has more than ${MAX_HOLIDAYS} days`;
  // 2000 has a 29 February.
  const isDay = (day: string) => isoDay(Date.parse(day.length === 5 ? `2000-${day}` : day)).endsWith(day);
  const wrong = days.find((day) => !/^(\d{4}-)?\d{2}-\d{2}$/.test(day) || !isDay(day));
  if (wrong !== undefined) return `has ${JSON.stringify(wrong)}, which is not a day like 2026-12-24 or 12-25`;
  return days;
}

/** @param time in milliseconds. Returns an empty text for NaN. */
export function isoDay(time: number): string {
  return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 10);
}
