import type { ForecastDay, RevenueDay } from './business-report';

/** A day of the chart: what was earned, what is forecast, or (today) both. */
export interface Column {
  readonly at: number;
  readonly earned: { readonly revenue: number; readonly recommendations: number; readonly search: number } | undefined;
  readonly forecast: ForecastDay | undefined;
  /** Whether the day is not over. */
  readonly isRunning: boolean;
}

/** Joins days and their forecast by time. */
export function columnsOf(
  days: readonly RevenueDay[],
  forecast: readonly ForecastDay[],
  isLastRunning: boolean,
): Column[] {
  const expected = new Map(forecast.map((day) => [Date.parse(day.from), day]));
  const past = days.map(({ from, revenue, recommendations, search }, place) => ({
    at: Date.parse(from),
    earned: {
      revenue: Number(revenue.amount),
      recommendations: Number(recommendations.amount),
      search: Number(search.amount),
    },
    forecast: expected.get(Date.parse(from)),
    isRunning: isLastRunning && place === days.length - 1,
  }));
  const last = past.at(-1)?.at ?? 0;
  const coming = [...expected].filter(([at]) => at > last).sort(([a], [b]) => a - b);
  return [...past, ...coming.map(([at, day]) => ({ at, earned: undefined, forecast: day, isRunning: false }))];
}

/** Returns round values from 0 to at least `max`, at most six. */
export function ticksTo(max: number): number[] {
  if (!(max > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(max / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size * 4 >= max)!;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, place) => place * step);
}
