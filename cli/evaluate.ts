import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { basename } from 'node:path';
import type { LogEvent } from '../src/events/log-event';
import { FORMATS, lineReader, type Format } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { evaluateTemporal, type EvaluationRow } from '../src/recommend/evaluation/evaluate';

const DAY = 86_400_000;
export const USAGE = `evaluate FILE [--format ${FORMATS.join('|')}] [--protocol temporal] [--from DATE --to DATE] [--seed N] [--json]`;

interface Settings {
  readonly file: string;
  readonly format: Format;
  readonly from: number | undefined;
  /** Exclusive: the day after `--to`. */
  readonly to: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

/**
 * `evaluate FILE`: trains on the past, ranks the whole catalogue for the future, prints every model side by side.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluate(argv: readonly string[]): Promise<void> {
  const settings = settingsFrom(argv);
  const events = await readEvents(settings);
  const { from, to } = windowOf(settings, events);
  const started = performance.now();
  const rows = evaluateTemporal(events, {
    from,
    to,
    seed: settings.seed,
    kernels: { ...loadKernels(), threads: kernelThreads() },
    clock: () => performance.now(),
    onProgress: (message) => {
      process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
    },
  });
  print(settings, from, to, rows);
}

function settingsFrom(argv: readonly string[]): Settings {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      protocol: { type: 'string', default: 'temporal' },
      from: { type: 'string' },
      to: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new UsageError('evaluate needs exactly one FILE (or - for standard input)');
  const format = FORMATS.find((each) => each === values.format);
  if (!format) throw new UsageError(`--format is one of ${FORMATS.join(', ')}`);
  if (values.protocol !== 'temporal') throw new UsageError(`--protocol ${values.protocol} is not supported: temporal`);
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed ${values.seed} is not a whole number`);
  if ((values.from === undefined) !== (values.to === undefined)) throw new UsageError('--from and --to go together');
  const from = values.from === undefined ? undefined : dayOf('--from', values.from);
  const to = values.to === undefined ? undefined : dayOf('--to', values.to) + DAY;
  if (from !== undefined && to !== undefined && to <= from) throw new UsageError('--to is before --from');
  const [file] = positionals;
  checkInputFile(file);
  return { file, format, from, to, seed: Number(values.seed), json: values.json };
}

/** The day's start in UTC, ms. */
function dayOf(option: string, text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text)) {
    throw new UsageError(`${option} ${text} is not a day like 2011-11-09`);
  }
  return day;
}

/** The events of the file that a quality figure may rest on, by time. */
async function readEvents({ file, format }: Settings): Promise<LogEvent[]> {
  const reader = lineReader('events', format);
  const events: LogEvent[] = [];
  let lines = 0;
  let fault: string | undefined;
  for await (const batch of readLines(file)) {
    for (const text of batch) {
      lines++;
      const row = reader.read(text);
      if (row === undefined) continue;
      if ('event' in row && isUsable(row.event, format)) events.push(row.event);
      else fault ??= `line ${row.line}: ${'rejected' in row ? row.message : 'not a purchase of a known customer'}`;
    }
  }
  process.stderr.write(`${lines} lines, ${events.length} events\n`);
  if (events.length === 0) throw new Error(`${file} holds no usable ${format} line (${fault ?? 'it is empty'})`);
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

/** Online Retail is cleaned: no cancellations, and no line without a customer. */
function isUsable(event: LogEvent, format: Format): boolean {
  return format !== 'online-retail' || (event.type === 'PURCHASE' && event.customerId !== undefined);
}

/** The window asked for, else the last 30 days of the file. */
function windowOf(settings: Settings, events: readonly LogEvent[]): { from: number; to: number } {
  const first = events[0].occurredAt;
  const last = events[events.length - 1].occurredAt;
  const to = settings.to ?? (Math.floor(last / DAY) + 1) * DAY;
  const from = settings.from ?? to - 30 * DAY;
  const range = `the file's events are from ${dayText(first)} to ${dayText(last)}`;
  if (first >= from) throw new Error(`there is nothing before ${dayText(from)} to train on: ${range}`);
  if (last < from) throw new Error(`there is nothing from ${dayText(from)} on to test on: ${range}`);
  return { from, to };
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function print(settings: Settings, from: number, to: number, rows: readonly EvaluationRow[]): void {
  const report = {
    dataset: settings.file === '-' ? 'stdin' : basename(settings.file),
    protocol: 'temporal',
    from: dayText(from),
    to: dayText(to - DAY),
    rows: rows.map((row) => ({ ...row, fitSeconds: Math.round(row.fitSeconds * 1000) / 1000 })),
  };
  if (settings.json) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  process.stdout.write(`${report.dataset}, test ${report.from} … ${report.to}\n`);
  process.stdout.write(`${COLUMNS.map(({ title, width }) => title.padStart(width)).join(' ')}\n`);
  for (const row of report.rows) {
    process.stdout.write(`${COLUMNS.map(({ cell, width }) => cell(row).padStart(width)).join(' ')}\n`);
  }
}

const figure = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : value.toFixed(digits);

const COLUMNS: readonly { title: string; width: number; cell: (row: EvaluationRow) => string }[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'mode', width: 10, cell: (row) => row.mode },
  { title: 'lists', width: 6, cell: (row) => String(row.customers) },
  { title: 'NDCG@10', width: 7, cell: (row) => figure(row.ndcg10, 3) },
  { title: 'HR@10', width: 6, cell: (row) => figure(row.hr10, 3) },
  { title: 'P@10', width: 6, cell: (row) => figure(row.precision10, 3) },
  { title: 'R@10', width: 6, cell: (row) => figure(row.recall10, 3) },
  { title: 'R@20', width: 6, cell: (row) => figure(row.recall20, 3) },
  { title: 'MRR', width: 6, cell: (row) => figure(row.mrr, 3) },
  { title: 'coverage', width: 8, cell: (row) => figure(row.coverage, 3) },
  { title: 'novelty', width: 7, cell: (row) => figure(row.novelty, 1) },
  { title: 'empty', width: 6, cell: (row) => figure(row.empty, 3) },
  { title: 'fit s', width: 6, cell: (row) => figure(row.fitSeconds, 1) },
];
