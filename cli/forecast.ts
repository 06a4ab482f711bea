import { parseArgs } from 'node:util';
import { dailySeries, daysIn, textOfDay } from '../src/forecasting/day-series';
import { lineReader, SHOP_FORMATS, type ShopFormat } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import { forecastDemand, LEAST_DAYS, seasonalNaive, type DailySeries } from '../src/learn/demand-forecast';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const USAGE =
  'forecast FILE [--format jsonl|online-retail] [--days N] [--level SHARE] [--time-zone ZONE] [--json]';

interface Row {
  readonly model: string;
  /** Mean absolute error, and its square's root. */
  readonly mae: number;
  readonly rmse: number;
  /** Σ|error| / Σ|truth|. */
  readonly wape: number;
  /** Share of days inside the interval. */
  readonly inside?: number;
}

/**
 * `forecast FILE`: daily revenue of a file of events, its last days held out and forecast from those before, beside the same
 * day of the week, the last time.
 * @throws UsageError for a wrong command line, Error for a file that has too few days
 */
export async function runForecast(argv: readonly string[]): Promise<void> {
  const { file, format, days, level, timeZone, json } = settingsOf(argv);
  const series = await dailyRevenue(file, format, timeZone);
  const cut = series.values.length - days;
  if (cut < LEAST_DAYS)
    throw new Error(`${file} has ${series.values.length} days: ${LEAST_DAYS} are needed before the last ${days}`);
  const past: DailySeries = { first: series.first, values: series.values.slice(0, cut) };
  const truth = series.values.slice(cut);
  const forecast = forecastDemand(past, { horizon: days, level, holidays: new Set() });
  const inside = forecast.days.filter(({ low, high }, h) => truth[h] >= low && truth[h] <= high).length / days;
  const regression = errorsOf(
    'regression',
    truth,
    forecast.days.map(({ value }) => value),
  );
  const rows: Row[] = [errorsOf('seasonal-naive', truth, seasonalNaive(past, days)), { ...regression, inside }];
  const [from, to] = [textOfDay(series.first + cut), textOfDay(series.first + series.values.length - 1)];
  const fitted = { fittedOnDays: forecast.fittedOn, terms: forecast.terms };
  if (json) return console.log(JSON.stringify({ file, from, to, level, ...fitted, rows }));
  console.log(`${file}: revenue by day, ${from} … ${to} from the days before`);
  console.log(`regression on ${fitted.fittedOnDays} days: ${fitted.terms.join(', ')}`);
  for (const { model, mae, rmse, wape, inside: share } of rows) {
    const covered = share === undefined ? '' : `  inside the ${level * 100} % interval ${(share * 100).toFixed(0)} %`;
    console.log(
      `${model.padEnd(16)}MAE ${mae.toFixed(0)}  RMSE ${rmse.toFixed(0)}  WAPE ${(wape * 100).toFixed(1)} %${covered}`,
    );
  }
}

function settingsOf(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      days: { type: 'string', default: '28' },
      level: { type: 'string', default: '0.8' },
      'time-zone': { type: 'string', default: 'UTC' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('forecast takes one file');
  checkInputFile(file);
  const format = SHOP_FORMATS.find((each) => each === values.format);
  if (format === undefined) throw new UsageError(`--format ${values.format} is not one of ${SHOP_FORMATS.join(', ')}`);
  const [days, level] = [Number(values.days), Number(values.level)];
  if (!(Number.isInteger(days) && days >= 1 && days <= 366))
    throw new UsageError('--days is a whole number from 1 to 366');
  if (!(level >= 0.5 && level <= 0.999)) throw new UsageError('--level is from 0.5 to 0.999');
  const timeZone = values['time-zone'];
  try {
    daysIn(timeZone);
  } catch {
    throw new UsageError(`--time-zone ${timeZone} is not known`);
  }
  return { file, format, days, level, timeZone, json: values.json };
}

/** What was bought less what came back, by day; a day without either is 0. */
async function dailyRevenue(file: string, format: ShopFormat, timeZone: string): Promise<DailySeries> {
  const reader = lineReader('events', format);
  const dayOf = daysIn(timeZone);
  const days = new Map<number, { start: Date; value: number }>();
  for await (const texts of readLines(file)) {
    for (const text of texts) {
      const read = reader.read(text);
      if (read === undefined || !('event' in read) || read.event.unitPrice === undefined) continue;
      const { type, unitPrice, quantity, occurredAt } = read.event;
      if (type !== 'PURCHASE' && type !== 'RETURN') continue;
      const worth = Number(unitPrice) * quantity * (type === 'PURCHASE' ? 1 : -1);
      // By quarters of an hour first, which no time zone's day cuts: telling the day of each line is most of the work.
      const quarter = Math.floor(occurredAt / 900_000);
      const known = days.get(quarter);
      if (known) known.value += worth;
      else days.set(quarter, { start: new Date(occurredAt), value: worth });
    }
  }
  const series = dailySeries([...days.values()], dayOf);
  if (series === undefined) throw new Error(`${file} holds no ${format} line with a purchase and its price`);
  return series;
}

function errorsOf(model: string, truth: readonly number[], predicted: readonly number[]): Row {
  const errors = truth.map((value, h) => value - predicted[h]);
  const absolute = errors.reduce((sum, error) => sum + Math.abs(error), 0);
  return {
    model,
    mae: absolute / truth.length,
    rmse: Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / truth.length),
    wape: absolute / truth.reduce((sum, value) => sum + Math.abs(value), 0),
  };
}
