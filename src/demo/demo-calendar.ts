import { LINES } from './goods/assortment';

export const DAY_MS = 86_400_000;
const YEAR_DAYS = 365.25;
/** How much less is bought half a year away from a line's season. */
const SEASONAL = 0.5;

/** From Sunday on. */
const WEEKDAYS = [1, 0.7, 0.65, 0.7, 0.75, 0.85, 0.95];
/** From midnight on, UTC: lunch, and the evening. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 11, 13, 12, 10, 9, 10, 12, 15, 19, 22, 20, 13, 6];
const ALL_HOURS = HOURS.reduce((sum, weight) => sum + weight);

/** How much of a line is bought at a time of the year, from `1 − SEASONAL` to 1. */
export function seasonOf(line: number, at: number): number {
  const { season } = LINES[line];
  if (season === undefined) return 1;
  const day = (at / DAY_MS) % YEAR_DAYS;
  return 1 - (SEASONAL * (1 - Math.cos((2 * Math.PI * (day - season)) / YEAR_DAYS))) / 2;
}

/** A time of the day that somebody would come at, on that day or one of the next that is more for shopping. */
export function visitingTime(at: number, random: () => number): number {
  let day = Math.floor(at / DAY_MS);
  while (random() > WEEKDAYS[new Date(day * DAY_MS).getUTCDay()]) day++;
  let left = ALL_HOURS * random();
  let hour = 0;
  while ((left -= HOURS[hour]) > 0) hour++;
  return day * DAY_MS + Math.round(3_600_000 * (hour + random()));
}

/** How busy the shop is at a time, from 0 to 1. */
export function bustleOf(at: number): number {
  const time = new Date(at);
  return (WEEKDAYS[time.getUTCDay()] * HOURS[time.getUTCHours()]) / Math.max(...HOURS);
}
