import { performance } from 'node:perf_hooks';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { crossValidateIntents, evaluateParts, type IntentEvaluation } from '../src/evaluation/intents/evaluate-intents';
import { readIntentParts, readIntentTable, type IntentParts } from '../src/evaluation/intents/intent-files';
import { readLines } from '../src/imports/lines';
import { OUT_OF_SCOPE, type IntentExample } from '../src/support/understanding/intent-example';
import { starterTrainingSet } from '../src/support/language/starter-examples';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { printIntents } from './print-intents';
import { UsageError } from './usage-error';

export const EVALUATE_INTENTS_USAGE = 'evaluate-intents FILE [--train FILE|starter] [--folds N] [--seed N] [--json]';

const STARTER = 'starter';
const DEFAULT_FOLDS = 5;
const MAX_FOLDS = 100;
const MAX_SHOWN_INTENTS = 5;

/**
 * Runs `evaluate-intents FILE`: fits the classifier of intents on a part of a file, and scores it on another part.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluateIntents(argv: readonly string[]): Promise<void> {
  const settings = parseIntentSettings(argv);
  const { file, training, folds, seed, json } = settings;
  const started = performance.now();
  const clock = (): number => performance.now();
  const onProgress = (message: string): void =>
    printProgress(`${((clock() - started) / 1000).toFixed(1)} s  ${message}`);
  const options = { seed, clock, onProgress };
  let protocol: string;
  let evaluation: IntentEvaluation;
  if (isJson(file)) {
    protocol = 'test part';
    const parts = await readParts(file);
    evaluation = inFile(file, () => evaluateParts(parts, options));
  } else if (training !== undefined) {
    protocol = `trained on ${training === STARTER ? 'the starter examples' : basename(training)}`;
    const parts = await withTest(training, await readTable(file));
    evaluation = inFile(training, () => evaluateParts(parts, options));
  } else {
    protocol = `${folds} folds`;
    const examples = await readTable(file);
    evaluation = inFile(file, () => crossValidateIntents(examples, folds, options));
  }
  const dataset = file === '-' ? 'stdin' : basename(file);
  if (json) {
    process.stdout.write(`${JSON.stringify({ dataset, protocol, seed, ...evaluation })}\n`);
    return;
  }
  process.stdout.write(`${dataset}, ${protocol}, seed ${seed}\n`);
  printIntents(evaluation);
}

const printProgress = (line: string): void => void process.stderr.write(`${line}\n`);

const isJson = (file: string): boolean => /\.json(\.gz)?$/i.test(file);

/** Returns the training examples of a file, or of the starter set, with the test examples. */
async function withTest(training: string, test: readonly IntentExample[]): Promise<IntentParts> {
  let parts: Pick<IntentParts, 'train' | 'validation'> = { train: starterTrainingSet(), validation: [] };
  if (isJson(training)) parts = await readParts(training);
  else if (training !== STARTER) parts = { train: await readTable(training), validation: [] };
  const known = new Set(parts.train.map(({ intent }) => intent));
  const unknown = test.filter(({ intent }) => intent !== OUT_OF_SCOPE && !known.has(intent));
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ intent }) => intent))];
    const shown = names.slice(0, MAX_SHOWN_INTENTS).join(', ') + (names.length > MAX_SHOWN_INTENTS ? ', …' : '');
    printProgress(
      `${formatCount(unknown.length, 'row')} can't be right, because the training examples lack the intent: ${shown}`,
    );
  }
  return { train: parts.train, validation: parts.validation, test };
}

async function readParts(file: string): Promise<IntentParts> {
  const text = await readText(file);
  return inFile(file, () => readIntentParts(text));
}

async function readTable(file: string): Promise<IntentExample[]> {
  const text = await readText(file);
  return inFile(file, () => readIntentTable(text));
}

async function readText(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const batch of readLines(file)) for (const line of batch) lines.push(line);
  return lines.join('\n');
}

/** Runs a function, and names the file in its errors. */
function inFile<Result>(file: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

interface IntentSettings {
  readonly file: string;
  /** A file, or {@link STARTER}. */
  readonly training: string | undefined;
  readonly folds: number;
  readonly seed: number;
  readonly json: boolean;
}

function parseIntentSettings(argv: readonly string[]): IntentSettings {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      train: { type: 'string' },
      folds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-intents needs exactly one FILE (or - for standard input)');
  checkInputFile(file);
  if (values.train !== undefined && values.train !== STARTER) checkInputFile(values.train);
  if (values.train === '-') throw new UsageError('--train must be a file or starter, not standard input');
  if (isJson(file) && values.train !== undefined)
    throw new UsageError('--train is for CSV files; a JSON file has its own training part');
  if (values.folds !== undefined && (isJson(file) || values.train !== undefined))
    throw new UsageError('--folds is for CSV files without --train');
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed must be a whole number; got ${values.seed}`);
  const folds = Number(values.folds ?? DEFAULT_FOLDS);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= MAX_FOLDS))
    throw new UsageError(`--folds must be a whole number from 2 to ${MAX_FOLDS}; got ${values.folds}`);
  return { file, training: values.train, folds, seed: Number(values.seed), json: values.json };
}
