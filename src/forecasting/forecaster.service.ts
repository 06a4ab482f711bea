import { ApiError } from '../graphql/errors';
import { forecastInSteps, MIN_DAYS, seasonalNaive } from '../learn/demand-forecast';
import { runYielding } from '../platform/run-yielding';
import { dailySeries, dayOfText, dayFunctionFor, textOfDay } from './day-series';
import type { Forecast, ForecastInput } from './forecasting.type';
import type { StreamFigureReader } from './stream-figure-reader.service';

/** Maximum time (ms) for which a forecast blocks the event loop before other work continues. */
const TIME_SLICE_MS = 5;
const MAX_DAYS = 366;
const MAX_HOLIDAYS = 1_000;
/** A forecast uses at most this much history (ms): the last three years. */
const MAX_PAST_MS = 1_096 * 86_400_000;

/** Forecasts the daily values of a figure (one aggregate of one key of a stream). */
export class Forecaster {
  constructor(
    private readonly figures: StreamFigureReader,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws ApiError NOT_FOUND, NOT_READY, BAD_USER_INPUT */
  async forecast(input: ForecastInput): Promise<Forecast> {
    const horizon = input.days ?? 28;
    const level = input.level ?? 0.8;
    if (!(horizon >= 1 && horizon <= MAX_DAYS)) throw bad(`days must be between 1 and ${MAX_DAYS}; got ${horizon}`);
    if (!(level >= 0.5 && level <= 0.999)) throw bad(`level must be between 0.5 and 0.999; got ${level}`);
    const holidays = holidaysOf(input.holidays ?? []);
    const figure = await this.figures.find(input.figure);
    const until = Math.min(input.until?.getTime() ?? Infinity, this.now());
    const windows = await figure.read(new Date(until - MAX_PAST_MS), new Date(until), 'P1D');
    const completeWindows = windows.filter(({ end }) => end.getTime() <= until);
    const series = dailySeries(completeWindows, dayFunctionFor(figure.timeZone));
    if (series === undefined || series.values.length < MIN_DAYS)
      throw bad(`figure must have at least ${MIN_DAYS} complete days of data; got ${series?.values.length ?? 0}`);
    const { days, model, fittedOnDays, terms } = await runYielding(
      forecastInSteps(series, { horizon, level, holidays }),
      TIME_SLICE_MS,
    );
    const naive = seasonalNaive(series, horizon);
    return {
      days: days.map(({ day, ...interval }, h) => ({ day: textOfDay(day), ...interval, seasonalNaive: naive[h]! })),
      model,
      fittedOnDays,
      terms,
    };
  }
}

function holidaysOf(texts: readonly string[]): ReadonlySet<number> {
  if (texts.length > MAX_HOLIDAYS) throw bad(`holidays must have at most ${MAX_HOLIDAYS} items; got ${texts.length}`);
  return new Set(
    texts.map((text, at) => {
      const day = dayOfText(text);
      if (day === undefined)
        throw bad(`holidays[${at}] must be a date like 2026-12-25; got ${JSON.stringify(text.slice(0, 50))}`);
      return day;
    }),
  );
}

function bad(message: string): ApiError {
  return new ApiError('BAD_USER_INPUT', message);
}
