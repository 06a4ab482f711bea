import { performance } from 'node:perf_hooks';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { featureNames, parseAdColumns, type AdColumn } from '../src/evaluation/ads/ad-columns';
import { AdEvaluation, type AdEvaluationResult, type AdModelRow } from '../src/evaluation/ads/evaluate-ads';
import { ImpressionLineReader } from '../src/evaluation/ads/impression-lines';
import { readFileLines } from '../src/imports/lines';
import { formatDecimal, printTable, type Column } from './evaluation-report';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_ADS_USAGE = 'evaluate-ads FILE --columns click=NAME,[time=NAME,]NAME,… [--json]';

/**
 * Runs `evaluate-ads FILE`: predicts the clicks of a file of impressions one by one, each before it is learned, and
 * compares the click model with baselines.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluateAds(argv: readonly string[]): Promise<void> {
  const { file, columns, json } = parseAdSettings(argv);
  const started = performance.now();
  const onProgress = (message: string): void =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
  const reader = new ImpressionLineReader(columns);
  const result = await evaluate(file, columns, reader, onProgress);
  const { skipped, skippedCount } = reader;
  onProgress(`${formatCount(result.impressions, 'impression')}, ${formatCount(skippedCount, 'line')} skipped`);
  for (const { line, reason } of skipped) process.stderr.write(`  line ${line}: ${reason}\n`);
  if (skippedCount > skipped.length) process.stderr.write('  …\n');
  const dataset = file === '-' ? 'stdin' : basename(file);
  if (json) process.stdout.write(`${JSON.stringify({ dataset, skipped: skippedCount, ...result })}\n`);
  else printResult(dataset, result);
}

function printResult(dataset: string, result: AdEvaluationResult): void {
  const { impressions, clicks, columns, bins, crosses, descent, artefactBytes, artefactWeights, rows } = result;
  const share = ((100 * clicks) / impressions).toFixed(2);
  process.stdout.write(
    `${dataset}, ${formatCount(impressions, 'impression')}, ${formatCount(clicks, 'click')} (${share} %)\n` +
      `Features of an impression: ${formatCount(columns, 'column')}, ${formatCount(bins, 'quantile bin')}, ${crosses} crosses\n`,
  );
  printTable(rows, COLUMNS);
  process.stdout.write(
    `Learning rate of logistic: ${descent.rate}${descent.isFalling ? ' ÷ √t' : ''}, the best of several\n` +
      `Artefact: ${formatCount(artefactBytes, 'byte')}, ${formatCount(artefactWeights, 'weight')}\n`,
  );
}

const COLUMNS: readonly Column<AdModelRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'log-loss', width: 9, cell: (row) => formatDecimal(row.logLoss, 5) },
  { title: 'AUC', width: 7, cell: (row) => formatDecimal(row.auc, 4) },
  { title: 'calibration', width: 11, cell: (row) => formatDecimal(row.calibration, 4) },
  { title: '± SE', width: 7, cell: (row) => formatDecimal(row.calibrationError, 4) },
];

async function evaluate(
  file: string,
  columns: readonly AdColumn[],
  reader: ImpressionLineReader,
  onProgress: (message: string) => void,
): Promise<AdEvaluationResult> {
  const isTimed = columns.some(({ role }) => role === 'time');
  const evaluation = new AdEvaluation(featureNames(columns), isTimed, onProgress);
  try {
    for await (const batch of readFileLines(file)) {
      for (const line of batch) {
        if (typeof line !== 'string') {
          reader.skip(line.message);
          continue;
        }
        const impression = reader.read(line);
        if (impression !== undefined) evaluation.add(impression);
      }
    }
    return evaluation.finish();
  } catch (error) {
    const { skippedCount, skipped } = reader;
    const [first] = skipped;
    const reasons = first && ` (${formatCount(skippedCount, 'line')} skipped; line ${first.line}: ${first.reason})`;
    throw new Error(`${file}: ${(error as Error).message}${reasons ?? ''}`, { cause: error });
  }
}

function parseAdSettings(argv: readonly string[]) {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { columns: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-ads needs exactly one FILE (or - for standard input)');
  checkInputFile(file);
  if (values.columns === undefined)
    throw new UsageError('evaluate-ads needs --columns, such as --columns click=clicked,placement,position,product');
  return { file, columns: adColumnsOf(values.columns), json: values.json };
}

function adColumnsOf(text: string): AdColumn[] {
  try {
    return parseAdColumns(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
