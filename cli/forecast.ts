import { parseArgs } from 'node:util';
import { dayFunctionFor, textOfDay } from '../src/forecasting/day-series';
import { isInBand, ratioOf, rollingOrigins, type RollingOriginReport } from '../src/forecasting/rolling-origins';
import { SHOP_FORMATS } from '../src/imports/formats';
import { weekdayOf } from '../src/learn/calendar-terms';
import { forecastDemand, MIN_DAYS, seasonalNaive, type DailySeries } from '../src/learn/demand-forecast';
import { readDailySeries } from './file-series';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const FORECAST_USAGE =
  'forecast FILE [--format jsonl|online-retail] [--days N] [--level SHARE] [--time-zone ZONE] [--evaluate] [--json]';

/** Number of forecasts of each series that `--evaluate` makes. */
const ROLLING_ORIGINS = 7;
/** Number of best-selling products whose units `--evaluate` forecasts. */
const BEST_SELLER_COUNT = 20;

interface ForecastErrors {
  readonly model: string;
  /** Mean absolute error, root mean square error, and Σ|error| / Σ|true value| (absent if all true values are 0). */
  readonly mae: number;
  readonly rmse: number;
  readonly wape?: number;
  /** Marks the row of the model that the forecast uses. This can be seasonal naive as well. */
  readonly chosen?: true;
  /**
   * Share of the forecast days whose true value is inside the prediction interval. Weekdays on which the shop is closed
   * do not count. Absent if no day counts.
   */
  readonly inside?: number;
}

/**
 * Runs `forecast FILE`: forecasts the last days of a file's daily revenue from the days before, and compares the errors
 * with those of the seasonal naive forecast (the same weekday of the previous week). With `--evaluate`, forecasts
 * revenue, orders and the best-selling products from several start days (rolling origins).
 * @throws UsageError for a wrong command line, Error for a file that has too few days
 */
export async function runForecast(argv: readonly string[]): Promise<void> {
  const { file, format, days, level, timeZone, evaluate, json } = parseForecastSettings(argv);
  const seriesByName = await readDailySeries(file, format, dayFunctionFor(timeZone), evaluate ? BEST_SELLER_COUNT : 0);
  const series = seriesByName.get('revenue') as DailySeries;
  const pastLength = series.values.length - days;
  if (pastLength < MIN_DAYS)
    throw new Error(
      `${file} has ${series.values.length} days; at least ${MIN_DAYS} days are needed before the last ${days}`,
    );
  const options = { horizon: days, level, holidays: new Set<number>() };
  if (evaluate) {
    const report = rollingOrigins(seriesByName, options, ROLLING_ORIGINS);
    return json ? console.log(JSON.stringify({ file, days, level, ...report })) : printReport(report, days, level);
  }
  const past: DailySeries = { first: series.first, values: series.values.slice(0, pastLength) };
  const truth = series.values.slice(pastLength);
  const forecast = forecastDemand(past, options);
  const insideOfOpenDays = forecast.days.flatMap(({ day, low, high }, h) =>
    forecast.closed.has(weekdayOf(day)) ? [] : [truth[h]! >= low && truth[h]! <= high],
  );
  const inside = ratioOf(insideOfOpenDays.filter(Boolean).length, insideOfOpenDays.length);
  const chosen = errorsOf(
    forecast.model.toLowerCase().replaceAll('_', '-'),
    truth,
    forecast.days.map(({ value }) => value),
  );
  const rows: ForecastErrors[] = [
    errorsOf('seasonal-naive', truth, seasonalNaive(past, days)),
    { ...chosen, chosen: true, inside },
  ];
  const [from, to] = [textOfDay(series.first + pastLength), textOfDay(series.first + series.values.length - 1)];
  const fitted = { fittedOnDays: forecast.fittedOnDays, terms: forecast.terms };
  if (json) return console.log(JSON.stringify({ file, from, to, level, ...fitted, rows }));
  console.log(`${file}: daily revenue, ${from} … ${to}, forecast from the days before`);
  console.log(`${chosen.model} on ${fitted.fittedOnDays} days: ${fitted.terms.join(', ')}`);
  for (const { model, mae, rmse, wape, inside: share } of rows) {
    const covered = share === undefined ? '' : `  inside the ${level * 100} % interval ${(share * 100).toFixed(0)} %`;
    console.log(
      `${model.padEnd(23)}MAE ${mae.toFixed(0)}  RMSE ${rmse.toFixed(0)}  WAPE ${formatPercent(wape)}${covered}`,
    );
  }
}

function parseForecastSettings(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      days: { type: 'string', default: '28' },
      level: { type: 'string', default: '0.8' },
      'time-zone': { type: 'string', default: 'UTC' },
      evaluate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('forecast takes one file');
  checkInputFile(file);
  const format = SHOP_FORMATS.find((each) => each === values.format);
  if (format === undefined)
    throw new UsageError(`--format must be one of ${SHOP_FORMATS.join(', ')}; got ${values.format}`);
  const [days, level] = [Number(values.days), Number(values.level)];
  if (!(Number.isInteger(days) && days >= 1 && days <= 366))
    throw new UsageError(`--days must be a whole number from 1 to 366; got ${values.days}`);
  if (!(level >= 0.5 && level <= 0.999)) throw new UsageError(`--level must be from 0.5 to 0.999; got ${values.level}`);
  const timeZone = values['time-zone'];
  try {
    dayFunctionFor(timeZone);
  } catch {
    throw new UsageError(`--time-zone must be an IANA time zone; got ${timeZone}`);
  }
  return { file, format, days, level, timeZone, evaluate: values.evaluate, json: values.json };
}

function errorsOf(model: string, truth: readonly number[], predicted: readonly number[]): ForecastErrors {
  const errors = truth.map((value, h) => value - predicted[h]!);
  const absolute = errors.reduce((sum, error) => sum + Math.abs(error), 0);
  return {
    model,
    mae: absolute / truth.length,
    rmse: Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / truth.length),
    wape: ratioOf(
      absolute,
      truth.reduce((sum, value) => sum + Math.abs(value), 0),
    ),
  };
}

function formatPercent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

function formatQuotient(a: number | undefined, b: number | undefined, digits: number): string {
  return a === undefined || !b ? '–' : (a / b).toFixed(digits);
}

function printReport({ series, wape, naiveWape, inside, outOfBand }: RollingOriginReport, days: number, level: number) {
  const percent = (share: number | undefined) => formatPercent(share).padStart(8);
  console.log(
    `Rolling origins: each forecasts ${days} days from the days before. naive: the same weekday of the previous week.`,
  );
  console.log(`inside: share of open days inside the ${level * 100} % interval. band: the range expected by chance.\n`);
  console.log(`${'series'.padEnd(14)}origins    WAPE   naive  ratio   inside            band  models`);
  for (const report of series) {
    const { name, origins, insideDays, openDays, band, models } = report;
    const columns = [
      `${name.slice(0, 13).padEnd(14)}${String(origins).padStart(7)}`,
      `${percent(report.wape)}${percent(report.naiveWape)}${formatQuotient(report.wape, report.naiveWape, 2).padStart(7)}`,
      ` ${percent(ratioOf(insideDays, openDays))}${isInBand(report) ? ' ' : '!'}`,
      ` ${band.map((share) => (share * 100).toFixed(1)).join(' … ')}`,
      `  ${[...new Set(models)].map((model) => model.toLowerCase().replaceAll('_', '-')).join(', ')}`,
    ];
    console.log(columns.join(''));
  }
  const ratio = formatQuotient(wape, naiveWape, 3);
  console.log(`\nmean WAPE ${formatPercent(wape)}, seasonal naive ${formatPercent(naiveWape)}: ratio ${ratio}`);
  console.log(
    `inside, all series and origins: ${formatPercent(inside)}; series outside their band: ${outOfBand.length}`,
  );
}
