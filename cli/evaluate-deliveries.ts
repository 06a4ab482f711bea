import { performance } from 'node:perf_hooks';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { cellCoverage } from '../src/evaluation/deliveries/coverage-significance';
import { DeliveryLineReader } from '../src/evaluation/deliveries/delivery-lines';
import {
  deliveryScores,
  scoresBy,
  type DeliveryScores,
  type ScoredPrediction,
} from '../src/evaluation/deliveries/delivery-scores';
import { estimateScores, type EstimateScores } from '../src/evaluation/deliveries/estimate-scores';
import { evaluateDeliveries, type DeliveryEvaluation } from '../src/evaluation/deliveries/evaluate-deliveries';
import {
  simulateDeliveries,
  slowdownScores,
  withOracle,
  type SimulationSettings,
} from '../src/evaluation/deliveries/simulated-deliveries';
import type { CalendarOf } from '../src/evaluation/deliveries/utc-calendar';
import { utcCalendar } from '../src/evaluation/deliveries/utc-calendar';
import { readLines } from '../src/imports/lines';
import { MISS_SHARE } from '../src/logistics/estimate/adaptive-intervals';
import { DeliveryCalendars } from '../src/logistics/delivery-calendars';
import type { DeliveryCalendar } from '../src/logistics/estimate/working-time';
import type { TrackedParcel } from '../src/logistics/parcel';
import { readCountry } from '../src/platform/codes';
import { formatDecimal, printTable, type Column } from './evaluation-report';
import { formatIsoDay, parseDay } from './evaluation-window';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_DELIVERIES_USAGE =
  'evaluate-deliveries (FILE [--columns ROLE=NAME,…] [--cut DATE] | --simulate [--parcels N] [--slow-hub FACTOR]) ' +
  '[--seed N] [--json]';

/** Nominal coverage of the intervals. */
const NOMINAL_COVERAGE = 1 - 2 * MISS_SHARE;
/** Number of the simulator's draws for each of the oracle's predictions. */
const ORACLE_DRAWS = 200;
/** Number of skipped lines that are shown. */
const MAX_SHOWN = 3;
const DEFAULT_PARCELS = 60_000;
/** More have not been measured: this number takes 0.6 GB. */
const MAX_PARCELS = 60_000;
const MAX_SLOWDOWN = 20;

type Report = {
  readonly dataset: string;
  readonly evaluation: DeliveryEvaluation;
  readonly predictions: readonly ScoredPrediction[];
  readonly slowdown: readonly DeliveryScores[];
};

/**
 * Runs `evaluate-deliveries`: fits the estimate of delivery times on the parcels before a cut, and compares its
 * predictions of later parcels with a baseline, and with the best possible ones if the parcels are simulated.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluateDeliveries(argv: readonly string[]): Promise<void> {
  const settings = parseSettings(argv);
  const started = performance.now();
  const onProgress = (message: string): void =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
  const report = 'file' in settings ? await evaluateFile(settings, onProgress) : simulate(settings, onProgress);
  const { dataset, evaluation, predictions, slowdown } = report;
  const all = deliveryScores('all', predictions);
  const stages = scoresBy(predictions, ({ stage }) => stage);
  const lanes = scoresBy(predictions, ({ lane }) => lane);
  const { tested, tooSmall, wrong } = cellCoverage(predictions, NOMINAL_COVERAGE);
  const wrongCells = wrong.map(({ group }) => group);
  const { cut, cohortDays, fittedParcels, dayChanges } = evaluation;
  const estimates = [
    ...estimateScores('all', predictions),
    ...stages.flatMap(({ group }) =>
      estimateScores(
        group,
        predictions.filter(({ stage }) => stage === group),
      ),
    ),
  ];
  if (settings.json) {
    const details = { dataset, cut: formatIsoDay(cut), seed: settings.seed, cohortDays, fittedParcels };
    const cells = { tested, tooSmall, wrongCoverage: wrongCells };
    const rows = { nominalCoverage: NOMINAL_COVERAGE, all, stages, lanes, cells, slowdown, estimates, dayChanges };
    process.stdout.write(`${JSON.stringify({ ...details, ...rows })}\n`);
    return;
  }
  process.stdout.write(
    `${dataset}, cut ${formatIsoDay(cut)}, fitted on ${formatCount(fittedParcels, 'parcel')}, cohorts of ${cohortDays} days and more, seed ${settings.seed}\n` +
      'Errors and widths are in hours; intervals are for 80 % of the deliveries\n\n',
  );
  printTable([all, ...stages], COLUMNS);
  process.stdout.write('\n');
  printTable(lanes, COLUMNS);
  process.stdout.write(
    `\nLanes with a status that have at least 1,000 parcels: ${tested}; too small: ${tooSmall}\n` +
      `With a significantly wrong coverage: ${wrongCells.length === 0 ? 'none' : wrongCells.join(', ')}\n`,
  );
  printEstimates(estimates, predictions.length, dayChanges);
  if (slowdown.length === 0) return;
  process.stdout.write('\nParcels that have the slow hub ahead, by the time since it became slow\n');
  printTable(slowdown, COLUMNS);
}

/** Compares the estimate that a shop shows with the regression. */
function printEstimates(
  estimates: readonly EstimateScores[],
  predictions: number,
  { pastParcels, freshet }: DeliveryEvaluation['dayChanges'],
): void {
  const all = estimates.find(({ group, estimate }) => group === 'all' && estimate === 'past-parcels');
  process.stdout.write(
    `\nThe estimate of a shop (past-parcels), which has a range for ${all?.predictions ?? 0} of ${predictions} predictions\n`,
  );
  printTable(estimates, ESTIMATE_COLUMNS);
  process.stdout.write(
    `Changes of the expected day per parcel: past-parcels ${formatDecimal(pastParcels, 2)}, freshet ${formatDecimal(freshet, 2)}\n`,
  );
}

const ESTIMATE_COLUMNS: readonly Column<EstimateScores>[] = [
  { title: 'group', width: 24, cell: (row) => row.group },
  { title: 'estimate', width: 12, cell: (row) => row.estimate },
  { title: 'number', width: 8, cell: (row) => String(row.predictions) },
  { title: 'error h', width: 8, cell: (row) => formatDecimal(row.medianErrorHours, 2) },
  { title: 'error d', width: 8, cell: (row) => formatDecimal(row.medianErrorDays, 2) },
  { title: 'earliness', width: 9, cell: (row) => formatDecimal(row.earlinessHours, 2) },
  { title: 'coverage', width: 8, cell: (row) => formatDecimal(row.coverage, 3) },
  { title: 'early', width: 8, cell: (row) => formatDecimal(row.early, 3) },
  { title: 'late', width: 8, cell: (row) => formatDecimal(row.late, 3) },
  { title: 'width', width: 8, cell: (row) => formatDecimal(row.meanWidth, 1) },
];

const COLUMNS: readonly Column<DeliveryScores>[] = [
  { title: 'group', width: 24, cell: (row) => row.group },
  { title: 'number', width: 8, cell: (row) => String(row.predictions) },
  { title: 'baseline', width: 8, cell: (row) => formatDecimal(row.baseline, 2) },
  { title: 'freshet', width: 8, cell: (row) => formatDecimal(row.freshet, 2) },
  { title: 'oracle', width: 8, cell: (row) => formatDecimal(row.oracle, 2) },
  { title: 'gap closed', width: 10, cell: (row) => formatDecimal(row.gapClosed, 3) },
  { title: 'coverage', width: 8, cell: (row) => formatDecimal(row.coverage, 3) },
  { title: 'width', width: 8, cell: (row) => formatDecimal(row.meanWidth, 1) },
  { title: 'score', width: 8, cell: (row) => formatDecimal(row.intervalScore, 1) },
  { title: '÷ oracle', width: 8, cell: (row) => formatDecimal(row.intervalScoreRatio, 3) },
];

interface FileSettings {
  readonly file: string;
  readonly columns: readonly string[] | undefined;
  readonly cut: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

type Settings = FileSettings | (SimulationSettings & { readonly json: boolean });

async function evaluateFile(settings: FileSettings, onProgress: (message: string) => void): Promise<Report> {
  const { file, columns, cut, seed } = settings;
  const parcels = await readParcels(file, columns);
  const calendarOf = await calendarsOf(parcels);
  const evaluation = evaluateDeliveries(parcels, { cut, isHoliday: () => false, calendarOf, seed, onProgress });
  return {
    dataset: file === '-' ? 'stdin' : basename(file),
    evaluation,
    predictions: evaluation.predictions,
    slowdown: [],
  };
}

function simulate(settings: SimulationSettings, onProgress: (message: string) => void): Report {
  onProgress(`simulating ${formatCount(settings.parcels, 'parcel')}`);
  const simulated = simulateDeliveries(settings);
  const { parcels, cut, isHoliday, calendarOf, slowdown } = simulated;
  const evaluation = evaluateDeliveries(parcels, { cut, isHoliday, calendarOf, seed: settings.seed, onProgress });
  onProgress('drawing the predictions of the oracle');
  const predictions = withOracle(evaluation.predictions, simulated, settings);
  return {
    dataset: 'synthetic parcels',
    evaluation,
    predictions,
    slowdown: slowdown === undefined ? [] : slowdownScores(predictions, slowdown),
  };
}

/** Returns the calendars of a shop for the countries of a file. Its times are those of the clocks there. */
async function calendarsOf(parcels: readonly TrackedParcel[]): Promise<CalendarOf> {
  const calendars = new DeliveryCalendars('UTC');
  const byCountry = new Map<string, DeliveryCalendar>();
  for (const country of new Set(parcels.map((parcel) => parcel.country))) {
    const { isClosed } = await calendars.of(readCountry(country) ?? null);
    byCountry.set(country, utcCalendar(isClosed));
  }
  return (country) => byCountry.get(country)!;
}

async function readParcels(file: string, columns: readonly string[] | undefined): Promise<readonly TrackedParcel[]> {
  const reader = new DeliveryLineReader(columns);
  try {
    for await (const batch of readLines(file)) for (const text of batch) reader.read(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const { parcels, skipped } = reader.finish();
  process.stderr.write(`${formatCount(parcels.length, 'parcel')}, ${formatCount(skipped.length, 'line')} skipped\n`);
  for (const { line, reason } of skipped.slice(0, MAX_SHOWN)) process.stderr.write(`  line ${line}: ${reason}\n`);
  if (skipped.length > MAX_SHOWN) process.stderr.write('  …\n');
  return parcels;
}

function parseSettings(argv: readonly string[]): Settings {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      columns: { type: 'string' },
      cut: { type: 'string' },
      simulate: { type: 'boolean', default: false },
      parcels: { type: 'string' },
      'slow-hub': { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  const common = { seed: wholeNumber('seed', values.seed, 0, 999_999_999), json: values.json };
  if (values.simulate) {
    if (file !== undefined || values.columns !== undefined || values.cut !== undefined)
      throw new UsageError('--simulate takes neither a FILE nor --columns nor --cut');
    const slowdown = Number(values['slow-hub'] ?? 1);
    if (!(slowdown >= 1 && slowdown <= MAX_SLOWDOWN))
      throw new UsageError(`--slow-hub must be a number from 1 to ${MAX_SLOWDOWN}; got ${values['slow-hub']}`);
    const parcels = wholeNumber('parcels', values.parcels ?? String(DEFAULT_PARCELS), 1, MAX_PARCELS);
    return { ...common, parcels, slowdown, draws: ORACLE_DRAWS };
  }
  if (values.parcels !== undefined || values['slow-hub'] !== undefined)
    throw new UsageError('--parcels and --slow-hub can only be used with --simulate');
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-deliveries needs exactly one FILE (or - for standard input), or --simulate');
  checkInputFile(file);
  return {
    ...common,
    file,
    columns: values.columns?.split(',').map((name) => name.trim()),
    cut: values.cut === undefined ? undefined : parseDay('--cut', values.cut),
  };
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (!(/^\d+$/.test(text) && number >= min && number <= max))
    throw new UsageError(`--${option} must be a whole number from ${min} to ${max}; got ${text}`);
  return number;
}
