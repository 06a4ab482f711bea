import { weekdayOf } from '../learn/calendar-terms';
import {
  forecastDemand,
  MIN_DAYS,
  seasonalNaive,
  type DailySeries,
  type ForecastOptions,
} from '../learn/demand-forecast';
import { studentQuantile } from '../learn/student-t';

/** Accuracy of the forecasts of one series from several origins. An origin is the first day of a forecast. */
export interface SeriesReport {
  readonly name: string;
  readonly origins: number;
  /** Weighted absolute percentage error: Σ|error| / Σ|true value|; absent if all true values are 0. */
  readonly wape?: number;
  /** The same error for the forecasts of {@link seasonalNaive}. */
  readonly naiveWape?: number;
  /** Number of days on which the model expects an open shop. Prediction intervals are evaluated on these days only. */
  readonly openDays: number;
  /** Number of open days on which the true value is inside the prediction interval. */
  readonly insideDays: number;
  /** The range in which `insideDays / openDays` is expected if the prediction intervals have the requested coverage. */
  readonly band: readonly [number, number];
  /** The selected model of each origin. */
  readonly models: readonly string[];
}

export interface RollingOriginReport {
  readonly series: readonly SeriesReport[];
  /** Mean of `wape` over the series that have one; absent if none has. */
  readonly wape?: number;
  /** Mean of `naiveWape` over the same series. */
  readonly naiveWape?: number;
  /** Share of the open days of all series whose true value is inside the interval; absent without open days. */
  readonly inside?: number;
  /** Names of the series whose `insideDays / openDays` is outside the band. */
  readonly outOfBand: readonly string[];
}

/** Probability that all series are in their bands if all prediction intervals are right (Bonferroni correction). */
const BAND_CONFIDENCE = 0.95;
/** With this many degrees of freedom, Student's t distribution practically equals the normal distribution. */
const NORMAL_DEGREES = 1e7;

/**
 * Forecasts the last `count` periods of `horizon` days of each series, each from all days before the period (rolling
 * origins: Hyndman & Athanasopoulos, Forecasting, 3rd ed., §5.10). Skips periods with fewer than {@link MIN_DAYS} days
 * before them.
 */
export function rollingOrigins(
  seriesByName: ReadonlyMap<string, DailySeries>,
  options: ForecastOptions,
  count: number,
): RollingOriginReport {
  const series = [...seriesByName]
    .map(([name, days]) => reportOf(name, days, options, count, seriesByName.size))
    .filter(({ origins }) => origins > 0);
  const sum = (of: (report: SeriesReport) => number) => series.reduce((total, report) => total + of(report), 0);
  const withWape = series.filter(({ wape }) => wape !== undefined).length;
  return {
    series,
    wape: ratioOf(
      sum(({ wape = 0 }) => wape),
      withWape,
    ),
    naiveWape: ratioOf(
      sum(({ naiveWape = 0 }) => naiveWape),
      withWape,
    ),
    inside: ratioOf(
      sum(({ insideDays }) => insideDays),
      sum(({ openDays }) => openDays),
    ),
    outOfBand: series.filter((report) => !isInBand(report)).map(({ name }) => name),
  };
}

/** Returns part / whole; undefined if `whole` is 0. */
export function ratioOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** Returns whether `insideDays / openDays` is in the band. A series without open days counts as in its band. */
export function isInBand({ insideDays, openDays, band: [low, high] }: SeriesReport): boolean {
  const share = ratioOf(insideDays, openDays);
  return share === undefined || (share >= low && share <= high);
}

function reportOf(
  name: string,
  { first, values }: DailySeries,
  options: ForecastOptions,
  count: number,
  seriesCount: number,
): SeriesReport {
  const { horizon, level } = options;
  let [absoluteErrors, naiveMissed, total, openDays, insideDays] = [0, 0, 0, 0, 0];
  const models: string[] = [];
  for (let periodsLeft = count; periodsLeft > 0; periodsLeft--) {
    const pastLength = values.length - periodsLeft * horizon;
    if (pastLength < MIN_DAYS) continue;
    const past = { first, values: values.slice(0, pastLength) };
    const { days, model, closed } = forecastDemand(past, options);
    const naive = seasonalNaive(past, horizon);
    models.push(model);
    days.forEach(({ day, value, low, high }, h) => {
      const truth = values[pastLength + h]!;
      absoluteErrors += Math.abs(truth - value);
      naiveMissed += Math.abs(truth - naive[h]!);
      total += Math.abs(truth);
      if (closed.has(weekdayOf(day))) return;
      openDays++;
      if (truth >= low && truth <= high) insideDays++;
    });
  }
  const margin =
    studentQuantile(1 - (1 - BAND_CONFIDENCE) / 2 / seriesCount, NORMAL_DEGREES) *
    Math.sqrt((level * (1 - level)) / openDays);
  return {
    ...{ name, origins: models.length, wape: ratioOf(absoluteErrors, total), naiveWape: ratioOf(naiveMissed, total) },
    ...{ openDays, insideDays, band: [Math.max(0, level - margin), Math.min(1, level + margin)], models },
  };
}
