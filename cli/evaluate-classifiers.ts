import { performance } from 'node:perf_hooks';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { loadClassifiers } from '../src/evaluation/classifiers/classifiers';
import { evaluateClassifiers, type ClassifierRow } from '../src/evaluation/classifiers/evaluate-classifiers';
import {
  readLabelledTable,
  type LabelledTable,
  type TableSettings,
} from '../src/evaluation/classifiers/labelled-table';
import { readLines } from '../src/imports/lines';
import { formatDecimal, printTable, type Column } from './evaluation-report';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_CLASSIFIERS_USAGE =
  'evaluate-classifiers FILE [--label COLUMN] [--without COLUMN,…] [--categories COLUMN,…] [--halves N] [--seed N] [--json]';

const MAX_HALVES = 100;

/**
 * Runs `evaluate-classifiers FILE`: fits classifiers on random halves of a table, and scores them on the other halves.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluateClassifiers(argv: readonly string[]): Promise<void> {
  const { file, halves, seed, json, ...settings } = parseClassifierSettings(argv);
  const table = await readTable(file, settings);
  const classifiers = await loadClassifiers();
  const started = performance.now();
  const clock = (): number => performance.now();
  const onProgress = (message: string): void =>
    printProgress(`${((clock() - started) / 1000).toFixed(1)} s  ${message}`);
  const rows = evaluateClassifiers(table, { classifiers, halves, seed, onProgress, clock });
  const dataset = file === '-' ? 'stdin' : basename(file);
  const { label, positive, labels } = table;
  const positives = labels.reduce((sum, each) => sum + each, 0);
  if (json) {
    const details = { dataset, label, positive, rowCount: labels.length, positives, halves, seed };
    const rounded = rows.map((row) => ({ ...row, fitSeconds: Math.round(row.fitSeconds * 1000) / 1000 }));
    process.stdout.write(`${JSON.stringify({ ...details, rows: rounded })}\n`);
    return;
  }
  const share = ((100 * positives) / labels.length).toFixed(1);
  process.stdout.write(
    `${dataset}, ${label} = ${positive} (${share} %), mean of ${halves} random ${halves === 1 ? 'half' : 'halves'}, seed ${seed}\n`,
  );
  printTable(rows, COLUMNS);
}

const COLUMNS: readonly Column<ClassifierRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'AUC', width: 7, cell: (row) => formatDecimal(row.auc, 4) },
  { title: 'Brier', width: 7, cell: (row) => formatDecimal(row.brier, 4) },
  { title: 'log-loss', width: 8, cell: (row) => formatDecimal(row.logLoss, 4) },
  { title: 'fit s', width: 6, cell: (row) => formatDecimal(row.fitSeconds, 1) },
];

const printProgress = (line: string): void => void process.stderr.write(`${line}\n`);

async function readTable(file: string, settings: TableSettings): Promise<LabelledTable> {
  const lines: string[] = [];
  for await (const batch of readLines(file)) lines.push(...batch);
  let table: LabelledTable;
  try {
    table = readLabelledTable(lines, settings);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const namesOf = (isCategorical: boolean): string =>
    table.columns
      .filter((column) => column.isCategorical === isCategorical)
      .map(({ name }) => name)
      .join(', ') || 'none';
  printProgress(`${formatCount(table.rows.length, 'row')}. Numeric: ${namesOf(false)}. Categories: ${namesOf(true)}`);
  return table;
}

function parseClassifierSettings(argv: readonly string[]) {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      label: { type: 'string' },
      without: { type: 'string', default: '' },
      categories: { type: 'string', default: '' },
      halves: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-classifiers needs exactly one FILE (or - for standard input)');
  checkInputFile(file);
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed must be a whole number; got ${values.seed}`);
  const halves = Number(values.halves);
  if (!(Number.isInteger(halves) && halves >= 1 && halves <= MAX_HALVES))
    throw new UsageError(`--halves must be a whole number from 1 to ${MAX_HALVES}; got ${values.halves}`);
  return {
    file,
    label: values.label,
    without: namesIn(values.without),
    categories: namesIn(values.categories),
    halves,
    seed: Number(values.seed),
    json: values.json,
  };
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
