import { performance } from 'node:perf_hooks';
import { readLines } from '../src/imports/lines';
import type { Rating } from '../src/evaluation/recommend/rating';
import { RatingLines } from '../src/evaluation/recommend/rating-lines';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { evaluateRanking, evaluateRatings } from '../src/evaluation/recommend/evaluate-ratings';
import {
  foldSplits,
  leaveLastSplit,
  randomSplit,
  temporalRatingSplit,
  type RatingSplit,
} from '../src/evaluation/recommend/rating-protocol';
import { ratingTable, type RatingTable } from '../src/evaluation/recommend/rating-table';
import type { RatingSettings } from './evaluate-settings';
import { DAY_IN_MS, evaluationWindow, formatIsoDay } from './evaluation-window';
import { printEvaluation } from './evaluation-report';
import { UsageError } from './usage-error';

/** Evaluates models on a file of ratings: their rankings (except with `--folds`) and their predicted ratings. */
export async function evaluateRatingFile(settings: RatingSettings): Promise<void> {
  const table = ratingTable(await readRatings(settings));
  const { file, seed, relevant, folds, json } = settings;
  const started = performance.now();
  const options = {
    seed,
    relevant,
    kernels: { ...loadKernels(), threads: kernelThreads() },
    clock: () => performance.now(),
    onProgress: (message: string) => {
      process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}\n`);
    },
  };
  if (folds !== undefined) {
    const rows = evaluateRatings(table, foldSplits(table.values.length, folds, seed), options);
    const title = `${folds} folds, seed ${seed}`;
    printEvaluation({ file, protocol: 'folds', details: { folds, seed }, title, rows, json });
    return;
  }
  const { split, title, details } = splitRatings(table, settings);
  if (split.training.length === 0 || split.test.length === 0) {
    throw new Error(
      `${title}: training and test set both need ratings; got ${split.training.length} and ${split.test.length}`,
    );
  }
  const sequential = settings.protocol !== 'random';
  const rows = [
    ...evaluateRanking(table, split, { ...options, sequential }),
    ...evaluateRatings(table, [split], options),
  ];
  printEvaluation({
    file,
    protocol: settings.protocol,
    details: { ...details, relevant: Number.isFinite(relevant) ? relevant : undefined },
    title,
    rows,
    json,
  });
}

function splitRatings(
  table: RatingTable,
  settings: RatingSettings,
): { split: RatingSplit; title: string; details: Record<string, string | number> } {
  const { protocol, holdout, seed } = settings;
  if (protocol === 'random') {
    const title = `${holdout} of each user's ratings held out, seed ${seed}`;
    return { split: randomSplit(table, holdout, seed), title, details: { holdout, seed } };
  }
  if (table.times.some(Number.isNaN)) throw new Error(`--protocol ${protocol} needs a time for every rating`);
  if (protocol === 'leave-last') {
    return { split: leaveLastSplit(table), title: "each user's newest rating held out", details: { seed } };
  }
  let first = Infinity;
  let last = -Infinity;
  for (const time of table.times) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const { from, to } = evaluationWindow(settings, first, last);
  const days = { from: formatIsoDay(from), to: formatIsoDay(to - DAY_IN_MS) };
  return {
    split: temporalRatingSplit(table, from, to),
    title: `test ${days.from} … ${days.to}`,
    details: { ...days, seed },
  };
}

async function readRatings({ file, format, columns }: RatingSettings): Promise<Rating[]> {
  const reader = ratingLines(format, columns);
  const ratings: Rating[] = [];
  let lines = 0;
  let rejected = 0;
  let fault: string | undefined;
  for await (const batch of readLines(file)) {
    for (const text of batch) {
      lines++;
      const line = reader.read(text);
      if (line === undefined) continue;
      if ('rejected' in line) {
        rejected++;
        fault ??= `line ${line.line}: ${line.rejected}`;
      } else ratings.push(line);
    }
  }
  const skippedText = rejected === 0 ? '' : `, ${rejected} skipped (${fault})`;
  process.stderr.write(`${lines} lines, ${ratings.length} ratings${skippedText}\n`);
  if (ratings.length === 0) throw new Error(`${file} has no usable ${format} line (${fault ?? 'it is empty'})`);
  return ratings;
}

function ratingLines(...[format, columns]: ConstructorParameters<typeof RatingLines>): RatingLines {
  try {
    return new RatingLines(format, columns);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
