import { MS_PER_DAY } from '../learn/durations';
import { LINES } from './goods/assortment';

const YEAR_DAYS = 365.25;
/** How much lower the demand for a product line is half a year after its peak, as a share of the peak. */
const SEASONAL_DIP = 0.5;

/** Relative activity by weekday, starting with Sunday. */
const WEEKDAY_WEIGHTS = [1, 0.7, 0.65, 0.7, 0.75, 0.85, 0.95];
/** Relative activity by hour of the day (UTC), with peaks at noon and in the evening. */
const HOUR_WEIGHTS = [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 11, 13, 12, 10, 9, 10, 12, 15, 19, 22, 20, 13, 6];
const TOTAL_HOUR_WEIGHT = HOUR_WEIGHTS.reduce((sum, weight) => sum + weight);

const weekdayWeightOf = (time: Date): number => WEEKDAY_WEIGHTS[time.getUTCDay()]!;

/**
 * Returns the demand for a product line at a time (ms since 1970), from `1 − SEASONAL_DIP` to 1.
 * @param line index of the product line
 */
export function seasonalDemand(line: number, at: number): number {
  const { peakDayOfYear } = LINES[line]!;
  if (peakDayOfYear === undefined) return 1;
  const day = (at / MS_PER_DAY) % YEAR_DAYS;
  return 1 - (SEASONAL_DIP * (1 - Math.cos((2 * Math.PI * (day - peakDayOfYear)) / YEAR_DAYS))) / 2;
}

/** Returns a random time for a visit (ms since 1970), on the day of `at` or on one of the next days. */
export function visitingTime(at: number, random: () => number): number {
  let day = Math.floor(at / MS_PER_DAY);
  while (random() > weekdayWeightOf(new Date(day * MS_PER_DAY))) day++;
  let remainingWeight = TOTAL_HOUR_WEIGHT * random();
  let hour = 0;
  while ((remainingWeight -= HOUR_WEIGHTS[hour]!) > 0) hour++;
  return day * MS_PER_DAY + Math.round(3_600_000 * (hour + random()));
}

/** Returns the relative activity in the shop at a time (ms since 1970), from 0 to 1. */
export function activityAt(at: number): number {
  const time = new Date(at);
  return (weekdayWeightOf(time) * HOUR_WEIGHTS[time.getUTCHours()]!) / Math.max(...HOUR_WEIGHTS);
}
