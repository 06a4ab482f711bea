import { performance } from 'node:perf_hooks';
import type { LogEvent } from '../src/events/log-event';
import { createLineReader, type Format } from '../src/imports/formats';
import { readLines } from '../src/imports/lines';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { evaluateTemporal } from '../src/evaluation/recommend/evaluate';
import type { EvaluationRow } from '../src/evaluation/recommend/evaluated-lists';
import { meanOfWindows } from '../src/evaluation/recommend/mean-of-windows';
import { formatCount } from './format-count';
import { evaluateRatingFile } from './evaluate-ratings';
import { parseEvaluateSettings, type EventSettings } from './evaluate-settings';
import { printEvaluation } from './evaluation-report';
import { DAY_IN_MS, formatIsoDay, evaluationWindow } from './evaluation-window';

export { EVALUATE_USAGE } from './evaluate-settings';

/**
 * Runs `evaluate FILE`: trains on one part of a file, tests on another part, and prints the results of every model.
 * @throws UsageError for a wrong command line, Error for a file that can't be evaluated
 */
export async function runEvaluate(argv: readonly string[]): Promise<void> {
  const settings = parseEvaluateSettings(argv);
  await (settings.kind === 'events' ? evaluateEventFile(settings) : evaluateRatingFile(settings));
}

/**
 * Trains models on the events before a test window, and ranks the whole catalogue for each customer who bought within
 * the window. If there are several test windows, prints the means of their results as well.
 */
async function evaluateEventFile(settings: EventSettings): Promise<void> {
  const { file, seed, json } = settings;
  const events = await readEvents(settings);
  const started = performance.now();
  const rowsOfWindows: EvaluationRow[][] = [];
  for (const requested of settings.windows ?? [settings]) {
    const { from, to } = evaluationWindow(requested, events[0]!.occurredAt, events.at(-1)!.occurredAt);
    const rows = evaluateTemporal(events, {
      from,
      to,
      seed,
      kernels: { ...loadKernels(), threads: kernelThreads() },
      clock: () => performance.now(),
      onProgress: (message) => {
        process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
      },
    });
    const details = { from: formatIsoDay(from), to: formatIsoDay(to - DAY_IN_MS) };
    const title = `test ${details.from} … ${details.to}`;
    printEvaluation({ file, protocol: 'temporal', details, title, rows, json });
    rowsOfWindows.push(rows);
  }
  if (settings.windows === undefined) return;
  const details = { windows: rowsOfWindows.length };
  const title = `mean of ${rowsOfWindows.length} windows`;
  printEvaluation({ file, protocol: 'temporal', details, title, rows: meanOfWindows(rowsOfWindows), json });
}

/** Returns the events of the file that are usable for evaluation, in order of time. */
async function readEvents({ file, format }: EventSettings): Promise<LogEvent[]> {
  const reader = createLineReader('events', format);
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
  process.stderr.write(`${formatCount(lines, 'line')}, ${formatCount(events.length, 'event')}\n`);
  if (events.length === 0) throw new Error(`${file} has no usable ${format} line (${fault ?? 'it is empty'})`);
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

/**
 * Returns whether an event is used. In Online Retail files, cancellations and lines without a customer are not used.
 */
function isUsable(event: LogEvent, format: Format): boolean {
  return format !== 'online-retail' || (event.type === 'PURCHASE' && event.customerId !== undefined);
}
