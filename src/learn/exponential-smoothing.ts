import { weekdayOf, type Day } from './calendar-terms';

/** Values of the open days. Closed days are left out, so that they don't lower the level. */
export interface OpenDays {
  readonly days: readonly Day[];
  readonly values: readonly number[];
}

/** Number of first days whose mean is the initial level. */
const START_DAYS = 28;

/**
 * Additive exponential smoothing with a weekly season and no trend, ETS(A,N,A). From the level ℓ, the weekday's
 * seasonal term s and the error e = y − (ℓ + s), each day sets ℓ ← ℓ + αe and s ← s + γ(1 − α)e (Hyndman &
 * Athanasopoulos, Forecasting, 3rd ed., §8.3 and §8.5).
 *
 * @returns the forecast for any day after the series
 */
export function exponentialSmoothing({ days, values }: OpenDays, alpha: number, gamma: number): (day: Day) => number {
  const count = Math.min(START_DAYS, days.length);
  let level = meanOf(values.slice(0, count));
  const season = Array.from({ length: 7 }, (_, weekday) => {
    const weekdayValues = values.slice(0, count).filter((_value, n) => weekdayOf(days[n]) === weekday);
    return weekdayValues.length === 0 ? 0 : meanOf(weekdayValues) - level;
  });
  values.forEach((value, n) => {
    const weekday = weekdayOf(days[n]);
    const error = value - level - season[weekday];
    level += alpha * error;
    season[weekday] += gamma * (1 - alpha) * error;
  });
  return (day) => level + season[weekdayOf(day)];
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
