import { basename } from 'node:path';
import type { ReliabilityBin } from '../src/learn/calibration';
import type { EvaluationRow } from '../src/evaluation/recommend/evaluated-lists';
import type { RatingRow } from '../src/evaluation/recommend/evaluate-ratings';

export interface EvaluationReport {
  readonly file: string;
  readonly protocol: string;
  /** Parameters of the protocol, for the JSON output only. */
  readonly details: Readonly<Record<string, string | number | undefined>>;
  /** Heading of the table. */
  readonly title: string;
  readonly rows: readonly (EvaluationRow | RatingRow)[];
  readonly json: boolean;
}

export function printEvaluation({ file, protocol, details, title, rows, json }: EvaluationReport): void {
  const dataset = file === '-' ? 'stdin' : basename(file);
  if (json) {
    const rounded = rows.map((row) => ({ ...row, fitSeconds: Math.round(row.fitSeconds * 1000) / 1000 }));
    process.stdout.write(`${JSON.stringify({ dataset, protocol, ...details, rows: rounded })}\n`);
    return;
  }
  process.stdout.write(`${dataset}, ${title}\n`);
  const lists = rows.filter((row): row is EvaluationRow => row.mode !== 'rating');
  const ratings = rows.filter((row): row is RatingRow => row.mode === 'rating');
  if (lists.length > 0) printTable(lists, LIST_COLUMNS);
  if (ratings.length > 0) printTable(ratings, RATING_COLUMNS);
  const compared = lists.filter((row) => row.difference !== undefined);
  if (compared.length > 0) {
    process.stdout.write('Difference of NDCG@10 from the best other model, with 95 % interval\n');
    printTable(compared, DIFFERENCE_COLUMNS);
  }
  for (const { model, calibration } of lists) {
    if (calibration === undefined) continue;
    const { bins, ece, brier, brierOfMean } = calibration;
    process.stdout.write(
      `Calibration of ${model}: ECE ${ece.toFixed(4)}, Brier ${brier.toFixed(5)} (${brierOfMean.toFixed(5)} when predicting the mean)\n`,
    );
    printTable(bins, BIN_COLUMNS);
  }
}

export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: Row) => string;
}

export function printTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
  process.stdout.write(`${columns.map(({ title, width }) => title.padStart(width)).join(' ')}\n`);
  for (const row of rows) {
    process.stdout.write(`${columns.map(({ cell, width }) => cell(row).padStart(width)).join(' ')}\n`);
  }
}

export const formatDecimal = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : value.toFixed(digits);

const LIST_COLUMNS: readonly Column<EvaluationRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'mode', width: 16, cell: (row) => row.mode },
  { title: 'lists', width: 6, cell: (row) => String(row.customers) },
  { title: 'NDCG@10', width: 7, cell: (row) => formatDecimal(row.ndcg10, 3) },
  { title: 'HR@10', width: 6, cell: (row) => formatDecimal(row.hr10, 3) },
  { title: 'P@10', width: 6, cell: (row) => formatDecimal(row.precision10, 3) },
  { title: 'R@10', width: 6, cell: (row) => formatDecimal(row.recall10, 3) },
  { title: 'R@20', width: 6, cell: (row) => formatDecimal(row.recall20, 3) },
  { title: 'MRR', width: 6, cell: (row) => formatDecimal(row.mrr, 3) },
  { title: 'coverage', width: 8, cell: (row) => formatDecimal(row.coverage, 3) },
  { title: 'novelty', width: 7, cell: (row) => formatDecimal(row.novelty, 1) },
  { title: 'empty', width: 6, cell: (row) => formatDecimal(row.empty, 3) },
  { title: 'fit s', width: 6, cell: (row) => formatDecimal(row.fitSeconds, 1) },
];

const DIFFERENCE_COLUMNS: readonly Column<EvaluationRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'mode', width: 16, cell: (row) => row.mode },
  { title: 'other', width: 18, cell: (row) => row.difference?.model ?? '' },
  { title: 'difference', width: 10, cell: (row) => formatDecimal(row.difference?.mean, 4) },
  { title: 'low', width: 7, cell: (row) => formatDecimal(row.difference?.low, 4) },
  { title: 'high', width: 7, cell: (row) => formatDecimal(row.difference?.high, 4) },
];

const BIN_COLUMNS: readonly Column<ReliabilityBin>[] = [
  { title: 'predicted', width: 18, cell: (bin) => formatDecimal(bin.predicted, 4) },
  { title: 'observed', width: 10, cell: (bin) => formatDecimal(bin.observed, 4) },
  { title: 'candidates', width: 10, cell: (bin) => String(bin.count) },
];

const RATING_COLUMNS: readonly Column<RatingRow>[] = [
  { title: 'model', width: 18, cell: (row) => row.model },
  { title: 'mode', width: 10, cell: (row) => row.mode },
  { title: 'users', width: 6, cell: (row) => String(row.customers) },
  { title: 'ratings', width: 8, cell: (row) => String(row.ratings) },
  { title: 'RMSE', width: 7, cell: (row) => formatDecimal(row.rmse, 4) },
  { title: 'MAE', width: 7, cell: (row) => formatDecimal(row.mae, 4) },
  { title: 'fit s', width: 6, cell: (row) => formatDecimal(row.fitSeconds, 1) },
];
