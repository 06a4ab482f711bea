import { weekdayOf, type Day } from './calendar-terms';
import { closedWeekdays } from './closed-weekdays';
import { conformalRange } from './conformal-interval';
import { IDENTITY_SCALE, isSigned, logScale } from './demand-scale';
import { FitError } from './fit-error';
import {
  forecastCandidates,
  type ForecastCandidate,
  type FittedCandidate,
  type ForecastModel,
  type SeriesHistory,
} from './forecast-candidates';

/** One value for each day, without gaps. */
export interface DailySeries {
  readonly first: Day;
  readonly values: readonly number[];
}

interface DayForecast {
  readonly day: Day;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface DemandForecast {
  /** One forecast for each of the `horizon` days after the series. */
  readonly days: readonly DayForecast[];
  /** The candidate with the smallest error in the backtest. */
  readonly model: ForecastModel;
  /** Number of past days that the model was fitted on. */
  readonly fittedOnDays: number;
  readonly terms: readonly string[];
  /** Weekdays that count as closed; Monday is 0. */
  readonly closed: ReadonlySet<number>;
}

export interface ForecastOptions {
  readonly horizon: number;
  /** Target share of open days whose value lies inside the interval. */
  readonly level: number;
  readonly holidays: ReadonlySet<Day>;
}

export const MIN_DAYS = 28;
/** Minimum number of days before the first backtest forecast. */
const MIN_TRAINING_DAYS = 21;
/** The backtest's forecast origins (the first forecast days) lie within a period of this many days. */
const BACKTEST_DAYS = 84;
const MAX_ORIGINS = 24;
/**
 * Upper limit of a forecast, as a multiple of the largest past value. Without it, a trend on a log scale would grow
 * without limit.
 */
const MAX_GROWTH = 3;

/** Forecasts each day by the last value of the same weekday. */
export function seasonalNaive({ values }: DailySeries, horizon: number): number[] {
  return Array.from({ length: horizon }, (_, h) => values[values.length - 7 + (h % 7)]);
}

/**
 * Forecasts the demand of the coming days. Each candidate model is backtested: from several origins in the newest part
 * of the series, it forecasts the next days from the earlier ones (Hyndman & Athanasopoulos, Forecasting, 3rd ed.,
 * §5.10). The candidate with the smallest sum of absolute errors is used. The interval is computed from its
 * backtest residuals by conformal prediction.
 *
 * @throws FitError WRONG_SHAPE for less than {@link MIN_DAYS} days; NOT_FINITE if a value is not finite
 */
export function forecastDemand(series: DailySeries, options: ForecastOptions): DemandForecast {
  const steps = forecastInSteps(series, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Makes the same forecast as {@link forecastDemand}, but yields after each fit of a candidate, because a series of
 * three years takes about a second of CPU in total.
 * @throws FitError as {@link forecastDemand}
 */
export function* forecastInSteps(
  series: DailySeries,
  options: ForecastOptions,
): Generator<undefined, DemandForecast, undefined> {
  const { length } = series.values;
  if (length < MIN_DAYS)
    throw new FitError('WRONG_SHAPE', `the series has ${length} days; at least ${MIN_DAYS} are needed`);
  const invalidValue = series.values.find((value) => !Number.isFinite(value));
  if (invalidValue !== undefined)
    throw new FitError('NOT_FINITE', `every value must be a finite number; got ${invalidValue}`);
  const past = historyUpTo(series, length, options.holidays);
  const backtests = forecastOrigins(length, options.horizon).map(({ cut, horizon }) => ({
    past: historyUpTo(series, cut, options.holidays),
    truth: series.values.slice(cut, cut + horizon),
  }));
  const bestCandidate = yield* selectBest(forecastCandidates(past), backtests);
  const scale = past.logarithm ?? IDENTITY_SCALE;
  const range = conformalRange(yield* backtestResiduals(bestCandidate, backtests, scale.transform), options.level);
  const fitted = bestCandidate.fit(past);
  const lowerLimit = lowerBound(past);
  const days = Array.from({ length: options.horizon }, (_, h): DayForecast => {
    const day = series.first + length + h;
    const value = boundedForecast(past, fitted, day);
    if (past.closed.has(weekdayOf(day))) return { day, value, low: value, high: value };
    const bound = (residual: number) => Math.max(lowerLimit, scale.invert(scale.transform(value) + residual));
    return { day, value, low: Math.min(value, bound(range.below)), high: Math.max(value, bound(range.above)) };
  });
  return {
    days,
    model: bestCandidate.model,
    fittedOnDays: fitted.fittedOnDays,
    terms: fitted.terms,
    closed: past.closed,
  };
}

/** One backtest: the history up to a forecast origin, and the actual values after it. */
interface Backtest {
  readonly past: SeriesHistory;
  readonly truth: readonly number[];
}

/**
 * Returns the forecast origins (as indexes of values), oldest first, half a horizon apart. For a short history the
 * horizons are shorter than requested.
 */
function forecastOrigins(
  length: number,
  requestedHorizon: number,
): { readonly cut: number; readonly horizon: number }[] {
  const horizon = Math.min(requestedHorizon, Math.max(7, Math.floor((length - MIN_TRAINING_DAYS) / 4)));
  const step = Math.ceil(horizon / 2);
  const originCount = Math.min(MAX_ORIGINS, Math.ceil(BACKTEST_DAYS / step));
  return Array.from({ length: originCount }, (_, n) => ({ cut: length - horizon - n * step, horizon }))
    .filter(({ cut }) => cut >= MIN_TRAINING_DAYS)
    .reverse();
}

function historyUpTo({ first, values: all }: DailySeries, length: number, holidays: ReadonlySet<Day>): SeriesHistory {
  const values = all.slice(0, length);
  const logarithm = isSigned(values) ? null : logScale(values);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { first, values, holidays, largest, closed: closedWeekdays(first, values), logarithm };
}

function* selectBest(
  candidates: readonly ForecastCandidate[],
  backtests: readonly Backtest[],
): Generator<undefined, ForecastCandidate, undefined> {
  const errors: number[] = [];
  for (const candidate of candidates) {
    let absoluteError = 0;
    for (const { past, truth } of backtests) {
      const fitted = candidate.fit(past);
      const end = past.first + past.values.length;
      for (const [h, value] of truth.entries())
        absoluteError += Math.abs(value - boundedForecast(past, fitted, end + h));
      yield;
    }
    errors.push(absoluteError);
  }
  return candidates[errors.indexOf(Math.min(...errors))];
}

function* backtestResiduals(
  candidate: ForecastCandidate,
  backtests: readonly Backtest[],
  transform: (value: number) => number,
): Generator<undefined, number[], undefined> {
  const residuals: number[] = [];
  for (const { past, truth } of backtests) {
    const fitted = candidate.fit(past);
    const end = past.first + past.values.length;
    for (const [h, value] of truth.entries())
      if (!past.closed.has(weekdayOf(end + h)))
        residuals.push(transform(value) - transform(boundedForecast(past, fitted, end + h)));
    yield;
  }
  return residuals;
}

/**
 * Returns the candidate's forecast: 0 on closed weekdays, otherwise at most {@link MAX_GROWTH} times the largest past
 * value. It is not negative unless negative values are usual in the history.
 */
function boundedForecast(past: SeriesHistory, fitted: FittedCandidate, day: Day): number {
  if (past.closed.has(weekdayOf(day))) return 0;
  return Math.min(MAX_GROWTH * past.largest, Math.max(lowerBound(past), fitted.predict(day)));
}

function lowerBound({ logarithm }: SeriesHistory): number {
  return logarithm === null ? -Infinity : 0;
}
