import type { IntentEvaluation } from '../src/evaluation/intents/evaluate-intents';
import type { Confusion, IntentRecall, Share, ThresholdScores } from '../src/evaluation/intents/intent-scores';
import { printTable, type Column } from './evaluation-report';

/** Prints the scores of a classifier of intents as tables. */
export function printIntents(evaluation: IntentEvaluation): void {
  const { atThreshold, curve, worstIntents, confusions } = evaluation;
  for (const [name, value] of figuresOf(evaluation)) process.stdout.write(`${name.padEnd(32)}${value}\n`);
  process.stdout.write(`\nAt the chosen threshold, and at others\n`);
  printTable([{ threshold: undefined, ...atThreshold }, ...curve], CURVE_COLUMNS);
  process.stdout.write('\nIntents with the lowest recall\n');
  printTable(worstIntents, RECALL_COLUMNS);
  if (confusions.length === 0) return;
  process.stdout.write('\nMost frequent confusions\n');
  printTable(confusions, CONFUSION_COLUMNS);
}

function figuresOf(evaluation: IntentEvaluation): [string, string][] {
  const { atThreshold } = evaluation;
  return [
    ['training examples', String(evaluation.trainingExamples)],
    ['test examples', `${evaluation.examples} (${evaluation.outOfScopeExamples} out of scope)`],
    ['intents', String(evaluation.intents)],
    ['accuracy in scope', formatShare(evaluation.accuracy)],
    ['macro-F1 in scope', evaluation.macroF1.toFixed(4)],
    ['threshold', evaluation.threshold.toFixed(3)],
    ['coverage in scope', formatShare(atThreshold.coverage)],
    ['accuracy of answers in scope', formatShare(atThreshold.answeredAccuracy)],
    ['out of scope, refused', formatShare(atThreshold.outOfScopeRefused)],
    ['fit', `${evaluation.fitSeconds.toFixed(1)} s`],
    ['artefact', `${evaluation.artefactBytes} bytes`],
    ['classification', `${evaluation.classifyMicroseconds.toFixed(0)} µs`],
  ];
}

const percent = (share: number): string => (100 * share).toFixed(1);

const formatShare = (share: Share | undefined): string =>
  share === undefined ? '' : `${percent(share.share)} % ± ${percent(share.standardError)}`;

const CURVE_COLUMNS: readonly Column<ThresholdScores & { readonly threshold: number | undefined }>[] = [
  { title: 'threshold', width: 9, cell: (row) => row.threshold?.toFixed(2) ?? 'chosen' },
  { title: 'coverage', width: 14, cell: (row) => formatShare(row.coverage) },
  { title: 'right answers', width: 14, cell: (row) => formatShare(row.answeredAccuracy) },
  { title: 'oos refused', width: 14, cell: (row) => formatShare(row.outOfScopeRefused) },
];

const RECALL_COLUMNS: readonly Column<IntentRecall>[] = [
  { title: 'intent', width: 32, cell: (row) => row.intent },
  { title: 'examples', width: 8, cell: (row) => String(row.examples) },
  { title: 'recall', width: 8, cell: (row) => `${percent(row.recall)} %` },
];

const CONFUSION_COLUMNS: readonly Column<Confusion>[] = [
  { title: 'intent', width: 32, cell: (row) => row.actual },
  { title: 'predicted', width: 32, cell: (row) => row.predicted },
  { title: 'examples', width: 8, cell: (row) => String(row.count) },
];
