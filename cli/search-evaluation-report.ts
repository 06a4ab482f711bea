import type {
  DifferenceRow,
  MeanDifference,
  QueryFigures,
  RunComparison,
  RunInput,
} from '../src/evaluation/search/compare-runs';
import type { AnswerCause, CauseRow, SearchRow } from '../src/evaluation/search/evaluate';
import { type Column, formatDecimal, printTable } from './evaluation-report';

export interface SearchEvaluationReport {
  readonly input: RunInput;
  readonly rows: readonly SearchRow[];
  /** The queries of Freshet by how they were answered. */
  readonly causes: readonly CauseRow[];
  /** The figures of Freshet for each query. */
  readonly perQuery: readonly QueryFigures[];
  /** The comparison with an earlier run, and the name of its file. */
  readonly against?: RunComparison & { readonly file: string };
  /** Other search engines that could not be run for comparison, each with the reason. */
  readonly missing: readonly string[];
}

export function printSearchEvaluation(report: SearchEvaluationReport, json: boolean): void {
  const { input, rows, causes, perQuery, against, missing } = report;
  if (json) {
    const notCompared = missing.length > 0 ? { missing } : {};
    process.stdout.write(`${JSON.stringify({ ...input, rows, causes, against, ...notCompared, perQuery })}\n`);
    return;
  }
  const source =
    input.seed === undefined
      ? `judgments from ${input.queries}`
      : `SYNTHETIC queries generated from titles, seed ${input.seed}`;
  process.stdout.write(`${input.catalogue}, ${input.products} products, ${source}\n`);
  const classes = [...new Set(rows.map(({ queryClass }) => queryClass))];
  printTable(
    classes.flatMap((name) => rows.filter(({ queryClass }) => queryClass === name)),
    SEARCH_COLUMNS,
  );
  process.stdout.write('How freshet answered the queries of each class\n');
  printTable(causes, CAUSE_COLUMNS);
  if (against !== undefined) printComparison(against);
  for (const reason of missing) process.stdout.write(`NOT COMPARED: ${reason}\n`);
}

function printComparison({ file, rows, onlyHere, onlyThere }: RunComparison & { readonly file: string }): void {
  process.stdout.write(`Difference of freshet from ${file}, with 95 % interval (paired bootstrap over the queries)\n`);
  printTable(rows, DIFFERENCE_COLUMNS);
  if (onlyHere + onlyThere > 0)
    process.stdout.write(`NOT COMPARED: ${onlyHere} queries only in this run, ${onlyThere} only in ${file}\n`);
}

const SEARCH_COLUMNS: readonly Column<SearchRow>[] = [
  { title: 'class', width: 43, cell: (row) => row.queryClass },
  { title: 'engine', width: 33, cell: (row) => row.subject },
  { title: 'queries', width: 7, cell: (row) => String(row.queries) },
  { title: 'NDCG@10', width: 7, cell: (row) => formatDecimal(row.ndcg10, 3) },
  { title: 'MRR', width: 6, cell: (row) => formatDecimal(row.mrr, 3) },
  { title: 'top 10', width: 6, cell: (row) => formatDecimal(row.top10, 3) },
  { title: 'R@20', width: 6, cell: (row) => formatDecimal(row.recall20, 3) },
  { title: 'R@50', width: 6, cell: (row) => formatDecimal(row.recall50, 3) },
  { title: 'R@100', width: 6, cell: (row) => formatDecimal(row.recall100, 3) },
  { title: 'zero', width: 6, cell: (row) => formatDecimal(row.zeroResults, 4) },
];

const CAUSE_NAMES: Readonly<Record<AnswerCause, string>> = {
  ALL: 'products with all words',
  CORRECTED: 'corrected words',
  SOME: 'products with some words',
  NONE: 'no products',
};

const CAUSE_COLUMNS: readonly Column<CauseRow>[] = [
  { title: 'class', width: 43, cell: (row) => row.queryClass },
  { title: 'answered by', width: 33, cell: (row) => CAUSE_NAMES[row.cause] },
  { title: 'queries', width: 7, cell: (row) => String(row.queries) },
  { title: 'NDCG@10', width: 7, cell: (row) => formatDecimal(row.ndcg10, 3) },
  { title: 'top 10', width: 6, cell: (row) => formatDecimal(row.top10, 3) },
  { title: 'R@100', width: 6, cell: (row) => formatDecimal(row.recall100, 3) },
];

const DIFFERENCE_COLUMNS: readonly Column<DifferenceRow>[] = [
  { title: 'class', width: 43, cell: (row) => row.queryClass },
  { title: 'queries', width: 7, cell: (row) => String(row.queries) },
  { title: 'NDCG@10', width: 24, cell: (row) => formatDifference(row.ndcg10) },
  { title: 'top 10', width: 24, cell: (row) => formatDifference(row.top10) },
  { title: 'R@100', width: 24, cell: (row) => formatDifference(row.recall100) },
];

function formatDifference({ mean, low, high }: MeanDifference): string {
  const signed = (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
  return `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}
