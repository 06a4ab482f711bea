import { performance } from 'node:perf_hooks';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateSegments } from '../src/evaluation/customers/evaluate-segments';
import {
  evaluateValue,
  type ChurnRow,
  type LossDifference,
  type ValueEvaluation,
  type ValueRow,
} from '../src/evaluation/customers/evaluate-value';
import type { PurchaseLine } from '../src/features/purchase-summary';
import { formatDecimal, printTable, type Column } from './evaluation-report';
import { DAY_IN_MS, formatIsoDay, parseDay } from './evaluation-window';
import { checkInputFile } from './input-file';
import { PURCHASE_FORMATS, readPurchaseFile } from './purchase-file';
import { printSegments } from './print-segments';
import { UsageError } from './usage-error';

export const EVALUATE_CUSTOMERS_USAGE =
  `evaluate-customers FILE [--format ${PURCHASE_FORMATS.join('|')}] [--columns customer,date,amount,…] ` +
  '[--cut DATE] [--horizon DAYS] [--seed N] [--json]';

const MAX_HORIZON_DAYS = 365;

/**
 * Runs `evaluate-customers FILE`: fits segments, predicted value and churn on the orders before a cut, and compares the
 * predictions with baselines on what the customers did after it.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluateCustomers(argv: readonly string[]): Promise<void> {
  const { file, format, columns, requestedCut, horizonDays, seed, json } = parseCustomerSettings(argv);
  const customers = await readPurchaseFile(file, format, columns);
  const cut = chooseCut(customers, requestedCut, horizonDays);
  const started = performance.now();
  const onProgress = (message: string): void =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
  const segments = evaluateSegments(customers, { cut, seed, onProgress });
  const value = evaluateValue(customers, { cut, horizonDays, seed, onProgress });
  const dataset = file === '-' ? 'stdin' : basename(file);
  if (json) {
    const details = { dataset, cut: formatIsoDay(cut), horizonDays, seed };
    process.stdout.write(`${JSON.stringify({ ...details, segments, ...value })}\n`);
    return;
  }
  process.stdout.write(`${dataset}, cut ${formatIsoDay(cut)}, horizon ${horizonDays} days, seed ${seed}\n\n`);
  printSegments(segments);
  process.stdout.write('\n');
  printValue(value);
}

function printValue(value: ValueEvaluation): void {
  const { customers, purchaseShare, meanValue, level, recentBuyers, churnShare } = value;
  process.stdout.write(
    `Value of ${customers} customers: ${percent(purchaseShare)} above 0, mean ${meanValue.toFixed(2)}; intervals of ${percent(level)}\n`,
  );
  printTable(value.value, VALUE_COLUMNS);
  if (value.churn.length > 0) {
    process.stdout.write(`\nChurn of ${recentBuyers} buyers of the last 180 days: ${percent(churnShare)} left\n`);
    printTable(value.churn, CHURN_COLUMNS);
  } else process.stdout.write('\nChurn was not fitted: too few buyers of the last 180 days left or stayed.\n');
  process.stdout.write('\nDifference of the mean loss, freshet − best baseline, with 95 % interval\n');
  printTable(value.differences, DIFFERENCE_COLUMNS);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const significant = (number: number): string => Number(number.toPrecision(4)).toString();

const VALUE_COLUMNS: readonly Column<ValueRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'RMSE', width: 10, cell: (row) => formatDecimal(row.rmse, 2) },
  { title: 'bias', width: 10, cell: (row) => formatDecimal(row.bias, 2) },
  { title: 'rank corr.', width: 10, cell: (row) => formatDecimal(row.rankCorrelation ?? undefined, 3) },
  { title: 'lift', width: 6, cell: (row) => formatDecimal(row.topDecileLift ?? undefined, 2) },
  { title: 'coverage', width: 8, cell: (row) => formatDecimal(row.coverage, 3) },
  { title: 'width', width: 10, cell: (row) => formatDecimal(row.meanWidth, 2) },
  { title: 'MAE', width: 10, cell: (row) => formatDecimal(row.mae, 2) },
];

const CHURN_COLUMNS: readonly Column<ChurnRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'AUC', width: 7, cell: (row) => formatDecimal(row.auc ?? undefined, 4) },
  { title: 'Brier', width: 7, cell: (row) => formatDecimal(row.brier, 4) },
];

const DIFFERENCE_COLUMNS: readonly Column<LossDifference>[] = [
  { title: 'loss', width: 24, cell: (row) => row.loss },
  { title: 'baseline', width: 18, cell: (row) => row.baseline },
  { title: 'difference', width: 12, cell: (row) => significant(row.difference) },
  { title: 'low', width: 12, cell: (row) => significant(row.low) },
  { title: 'high', width: 12, cell: (row) => significant(row.high) },
];

/**
 * Returns the requested cut, or the start of the day (UTC) that is a horizon before the newest line.
 * @throws Error if the cut is not after the first line, or if the file ends before the horizon does
 */
function chooseCut(
  customers: ReadonlyMap<string, readonly PurchaseLine[]>,
  requested: number | undefined,
  horizonDays: number,
): number {
  let [first, last] = [Infinity, -Infinity];
  for (const lines of customers.values()) {
    for (const { at } of lines) {
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
  }
  const newest = Math.floor((last - horizonDays * DAY_IN_MS) / DAY_IN_MS + 1) * DAY_IN_MS;
  const range = `the file's lines are from ${formatIsoDay(first)} to ${formatIsoDay(last)}`;
  const cut = requested ?? newest - DAY_IN_MS;
  if (cut <= first) throw new Error(`there are no orders before the cut ${formatIsoDay(cut)} to fit on: ${range}`);
  if (cut > newest)
    throw new Error(
      `the ${horizonDays} days from the cut ${formatIsoDay(cut)} end after the file: ${range}; the latest cut is ${formatIsoDay(newest)}`,
    );
  return cut;
}

function parseCustomerSettings(argv: readonly string[]) {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'csv' },
      columns: { type: 'string' },
      cut: { type: 'string' },
      horizon: { type: 'string', default: '90' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-customers needs exactly one FILE (or - for standard input)');
  checkInputFile(file);
  const format = PURCHASE_FORMATS.find((each) => each === values.format);
  if (format === undefined)
    throw new UsageError(`--format must be one of ${PURCHASE_FORMATS.join(', ')}; got ${values.format}`);
  if (values.columns !== undefined && format !== 'csv')
    throw new UsageError('--columns can only be used with --format csv');
  const horizonDays = Number(values.horizon);
  if (!(Number.isInteger(horizonDays) && horizonDays >= 1 && horizonDays <= MAX_HORIZON_DAYS))
    throw new UsageError(`--horizon must be a whole number from 1 to ${MAX_HORIZON_DAYS}; got ${values.horizon}`);
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed must be a whole number; got ${values.seed}`);
  return {
    file,
    format,
    columns: values.columns?.split(',').map((name) => name.trim()),
    requestedCut: values.cut === undefined ? undefined : parseDay('--cut', values.cut),
    horizonDays,
    seed: Number(values.seed),
    json: values.json,
  };
}
