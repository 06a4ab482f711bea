import { ApiError } from '../../graphql/errors';
import { forecastInSteps, MIN_DAYS, type DailySeries } from '../../learn/demand-forecast';
import { inSnapshot, type Pool } from '../../platform/postgres';
import { runYielding } from '../../platform/run-yielding';
import { readUsedSettings } from '../attribution-progress.store';
import { readForecastDays, readRevenueHistory } from './revenue-forecast.store';
import type { RevenueForecast } from './revenue-forecast.type';

/** Maximum time for which a forecast blocks the event loop before other work continues, in milliseconds. */
const TIME_SLICE_MS = 5;
const MAX_DAYS = 28;
/** The days of history that a forecast uses at most: two years. */
const MAX_HISTORY_DAYS = 731;
/** Share of days whose revenue is expected to be between the bounds. */
const LEVEL = 0.8;

/** Forecasts the daily revenue of the business report. */
export class RevenueForecaster {
  constructor(private readonly pool: Pool) {}

  /**
   * Returns the revenue that is expected from today on; null if the history is shorter than {@link MIN_DAYS} days.
   * @throws ApiError BAD_USER_INPUT
   */
  async forecast(currency: string, days: number): Promise<RevenueForecast | null> {
    if (!(days >= 1 && days <= MAX_DAYS))
      throw new ApiError('BAD_USER_INPUT', `days must be between 1 and ${MAX_DAYS}; got ${days}.`);
    const timeZone = (await readUsedSettings(this.pool))?.timeZone;
    if (timeZone === undefined) return null;
    const { history, starts } = await inSnapshot(this.pool, async (client) => {
      const at = new Date();
      return {
        history: await readRevenueHistory(client, currency, at, timeZone, MAX_HISTORY_DAYS),
        starts: await readForecastDays(client, at, timeZone, days),
      };
    });
    const [first] = history;
    if (first === undefined || history.length < MIN_DAYS) return null;
    const series: DailySeries = { first: first.day, values: history.map(({ revenue }) => revenue) };
    const options = { horizon: days, level: LEVEL, holidays: new Set<number>() };
    const forecast = await runYielding(forecastInSteps(series, options), TIME_SLICE_MS);
    return {
      currency,
      days: forecast.days.map(({ value, low, high }, n) => ({ from: starts[n]!.from, value, low, high })),
    };
  }
}
