import { basename } from 'node:path';
import type { SearchRow } from '../src/evaluation/search/evaluate';
import { type Column, formatDecimal, printTable } from './evaluation-report';

export interface SearchEvaluationReport {
  readonly catalogue: string;
  readonly judgments: string | undefined;
  readonly seed: number;
  readonly products: number;
  readonly rows: readonly SearchRow[];
  /** Other search engines that could not be run for comparison, each with the reason. */
  readonly missing: readonly string[];
  readonly json: boolean;
}

export function printSearchEvaluation({
  catalogue,
  judgments,
  seed,
  products,
  rows,
  missing,
  json,
}: SearchEvaluationReport): void {
  const nameOf = (file: string) => (file === '-' ? 'stdin' : basename(file));
  const catalogueName = nameOf(catalogue);
  const queries = judgments === undefined ? 'synthetic' : nameOf(judgments);
  if (json) {
    const seedField = judgments === undefined ? { seed } : {};
    const notCompared = missing.length > 0 ? { missing } : {};
    const report = { catalogue: catalogueName, products, queries, ...seedField, rows, ...notCompared };
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const source =
    judgments === undefined ? `SYNTHETIC queries generated from titles, seed ${seed}` : `judgments from ${queries}`;
  process.stdout.write(`${catalogueName}, ${products} products, ${source}\n`);
  const classes = [...new Set(rows.map(({ queryClass }) => queryClass))];
  const inOrder = classes.flatMap((name) => rows.filter(({ queryClass }) => queryClass === name));
  printTable(inOrder, COLUMNS);
  for (const reason of missing) process.stdout.write(`NOT COMPARED: ${reason}\n`);
}

const COLUMNS: readonly Column<SearchRow>[] = [
  { title: 'class', width: 43, cell: (row) => row.queryClass },
  { title: 'engine', width: 33, cell: (row) => row.subject },
  { title: 'queries', width: 7, cell: (row) => String(row.queries) },
  { title: 'NDCG@10', width: 7, cell: (row) => formatDecimal(row.ndcg10, 3) },
  { title: 'MRR', width: 6, cell: (row) => formatDecimal(row.mrr, 3) },
  { title: 'top 10', width: 6, cell: (row) => formatDecimal(row.top10, 3) },
  { title: 'R@100', width: 6, cell: (row) => formatDecimal(row.recall100, 3) },
  { title: 'zero', width: 6, cell: (row) => formatDecimal(row.zeroResults, 4) },
];
