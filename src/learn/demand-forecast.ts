import { calendarTerms, type Day } from './calendar-terms';
import { FitError } from './fit-error';
import { LinearPrediction, type PredictionInterval } from './linear-prediction';

/** A value for each day, without gaps. */
export interface DailySeries {
  readonly first: Day;
  readonly values: readonly number[];
}

export interface DemandForecast {
  /** One for each day after the series. */
  readonly days: readonly (PredictionInterval & { readonly day: Day })[];
  /** Days of the past that it is fitted on. */
  readonly fittedOn: number;
  readonly terms: readonly string[];
}

export interface ForecastQuestion {
  readonly horizon: number;
  /** Share of days that are to be inside the interval. */
  readonly level: number;
  readonly holidays: ReadonlySet<Day>;
}

/** Days of the past to choose from: what is long gone may mislead. All of it is always one of them. */
const WINDOWS = [56, 91, 182, 364, 728];
/** Where the choice is made: so many forecasts from days within the past, each beginning a horizon before the next. */
const ORIGINS = 4;
export const LEAST_DAYS = 28;

/** The same day of the week, the last time. */
export function seasonalNaive({ values }: DailySeries, horizon: number): number[] {
  return Array.from({ length: horizon }, (_, h) => values[values.length - 7 + (h % 7)]);
}

/**
 * Demand of the coming days by linear regression on calendar terms, with a prediction interval. How much of the past it is
 * fitted on is chosen by the mean absolute error of forecasts that begin within the past (rolling origins: Hyndman &
 * Athanasopoulos, Forecasting, 3rd ed., §5.10); nothing after the series has a say.
 *
 * @throws FitError WRONG_SHAPE for less than {@link LEAST_DAYS} days; NOT_FINITE
 */
export function forecastDemand(series: DailySeries, question: ForecastQuestion): DemandForecast {
  const { length } = series.values;
  if (length < LEAST_DAYS) throw new FitError('WRONG_SHAPE', `${length} days: at least ${LEAST_DAYS} are needed`);
  return fitted(series, chosenWindow(series, question), question);
}

function chosenWindow(series: DailySeries, question: ForecastQuestion): number {
  const { length } = series.values;
  const candidates = [...WINDOWS.filter((days) => days < length), length];
  const errors = candidates.map(() => 0);
  let judged = false;
  for (let origin = 1; origin <= ORIGINS; origin++) {
    const cut = length - origin * question.horizon;
    // The longest window is shorter there: all are compared on what each of them has.
    if (cut < LEAST_DAYS) break;
    judged = true;
    const past = { first: series.first, values: series.values.slice(0, cut) };
    const truth = series.values.slice(cut, cut + question.horizon);
    candidates.forEach((window, at) => {
      const { days } = fitted(past, Math.min(window, cut), question);
      errors[at] += days.reduce((sum, { value }, h) => sum + Math.abs(value - truth[h]), 0);
    });
  }
  return judged ? candidates[errors.indexOf(Math.min(...errors))] : length;
}

/** Terms that can't be told apart in this past are given up from the last on: holidays, month ends, seasons. */
function fitted({ first, values }: DailySeries, window: number, question: ForecastQuestion): DemandForecast {
  const start = values.length - window;
  const past = values.slice(start).map((_, n) => first + start + n);
  const terms = calendarTerms(past, question.holidays);
  const { prediction, count } = fitIndependent(past.map(terms.row), values.slice(start));
  const days = Array.from({ length: question.horizon }, (_, h) => {
    const day = first + values.length + h;
    return { day, ...prediction.predict(terms.row(day).slice(0, count), question.level) };
  });
  return { days, fittedOn: window, terms: terms.names.slice(0, count) };
}

function fitIndependent(rows: readonly number[][], targets: readonly number[]) {
  for (let count = rows[0].length; ; count--) {
    try {
      const prediction = LinearPrediction.fit(
        rows.map((row) => row.slice(0, count)),
        targets,
      );
      return { prediction, count };
    } catch (error) {
      if (!(error instanceof FitError && error.code === 'RANK_DEFICIENT') || count === 0) throw error;
    }
  }
}
