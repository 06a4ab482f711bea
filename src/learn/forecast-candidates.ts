import { calendarTerms, weekdayOf, type Day } from './calendar-terms';
import { IDENTITY_SCALE, type DemandScale } from './demand-scale';
import { denseDesign } from './design-matrix';
import { exponentialSmoothing } from './exponential-smoothing';
import { FitError } from './fit-error';
import { fitLinear, predictLinear, type LinearFit } from './linear-regression';

export const FORECAST_MODELS = [
  'SEASONAL_NAIVE',
  'EXPONENTIAL_SMOOTHING',
  'LINEAR_REGRESSION',
  'LOG_LINEAR_REGRESSION',
] as const;
export type ForecastModel = (typeof FORECAST_MODELS)[number];

/** The past days that a forecast may use. */
export interface SeriesHistory {
  readonly first: Day;
  readonly values: readonly number[];
  readonly holidays: ReadonlySet<Day>;
  /** Closed weekdays; Monday is 0. */
  readonly closed: ReadonlySet<number>;
  /** The largest absolute value. */
  readonly largest: number;
  /** The logarithmic scale for these values. Null if negative values are usual; forecasts may then be negative, too. */
  readonly logarithm: DemandScale | null;
}

/** A candidate fitted to a history. */
export interface FittedCandidate {
  /** Returns the forecast for a day after the history. */
  readonly predict: (day: Day) => number;
  /** Number of past days that the candidate was fitted on. */
  readonly fittedOnDays: number;
  readonly terms: readonly string[];
}

export interface ForecastCandidate {
  readonly model: ForecastModel;
  readonly fit: (past: SeriesHistory) => FittedCandidate;
}

/**
 * Numbers of newest days that regressions are fitted on, because older days may mislead. A fit on the whole history is
 * always tried, too.
 */
const TRAINING_WINDOWS = [56, 91, 182, 364, 728];
/**
 * Smoothing factors of the level. The smallest hardly changes the level; the largest halves the weight of old values in
 * three days.
 */
const ALPHAS = [0.02, 0.05, 0.1, 0.2];
/** Smoothing factors of the seasonal terms of the weekdays. */
const GAMMAS = [0.02, 0.1];

/** Returns the candidates, simplest first: if two candidates have equal errors, the first one is chosen. */
export function forecastCandidates({
  values: { length },
  logarithm,
}: Pick<SeriesHistory, 'values' | 'logarithm'>): ForecastCandidate[] {
  const scales = [
    () => IDENTITY_SCALE,
    ...(logarithm === null ? [] : [(past: SeriesHistory) => past.logarithm ?? IDENTITY_SCALE]),
  ];
  const windows = [...TRAINING_WINDOWS.filter((days) => days < length), length];
  const smoothing = scales.flatMap((scaleOf) =>
    ALPHAS.flatMap((alpha) =>
      GAMMAS.map((gamma): ForecastCandidate => ({
        model: 'EXPONENTIAL_SMOOTHING',
        fit: (past) => fitSmoothing(past, scaleOf(past), alpha, gamma),
      })),
    ),
  );
  const regressions = scales.flatMap((scaleOf, at) =>
    windows.map((days): ForecastCandidate => ({
      model: at === 0 ? 'LINEAR_REGRESSION' : 'LOG_LINEAR_REGRESSION',
      fit: (past) => fitRegression(past, scaleOf(past), days),
    })),
  );
  return [{ model: 'SEASONAL_NAIVE', fit: fitLastWeek }, ...smoothing, ...regressions];
}

function fitLastWeek({ first, values }: SeriesHistory): FittedCandidate {
  const end = first + values.length;
  return { predict: (day) => values[values.length - 7 + ((day - end) % 7)], fittedOnDays: 7, terms: ['weekdays'] };
}

function fitSmoothing(
  past: SeriesHistory,
  { transform, invert }: DemandScale,
  alpha: number,
  gamma: number,
): FittedCandidate {
  const { days, values } = openDays(past, past.values.length);
  const predict = exponentialSmoothing({ days, values: values.map(transform) }, alpha, gamma);
  return { predict: (day) => invert(predict(day)), fittedOnDays: past.values.length, terms: ['level', 'weekdays'] };
}

/**
 * Fits a regression on calendar terms. While the coefficients can't be determined from this history, the last term is
 * dropped: first holidays, then month ends, then seasons.
 */
function fitRegression(past: SeriesHistory, { transform, invert }: DemandScale, window: number): FittedCandidate {
  const fittedOnDays = Math.min(window, past.values.length);
  const { days, values } = openDays(past, fittedOnDays);
  const terms = calendarTerms(days, past.holidays);
  const rows = days.map(terms.row);
  const { fit, count } = fitIndependent(rows, values.map(transform), Math.min(terms.names.length, rows.length - 2));
  return {
    predict: (day) => invert(predictLinear(fit, terms.row(day).slice(0, count))),
    fittedOnDays,
    terms: terms.names.slice(0, count),
  };
}

function fitIndependent(rows: readonly number[][], targets: readonly number[], columns: number) {
  for (let count = columns; ; count--) {
    try {
      const fit: LinearFit = fitLinear({ design: denseDesign(rows.map((row) => row.slice(0, count))), targets });
      return { fit, count };
    } catch (error) {
      if (!(error instanceof FitError && error.code === 'RANK_DEFICIENT') || count === 0) throw error;
    }
  }
}

/**
 * Returns the open days among the last `count` days. The zeros of closed weekdays carry no information about open days.
 */
function openDays({ first, values, closed }: SeriesHistory, count: number) {
  const start = values.length - count;
  const days = Array.from({ length: count }, (_, n) => first + start + n).filter((day) => !closed.has(weekdayOf(day)));
  return { days, values: days.map((day) => values[day - first]) };
}
