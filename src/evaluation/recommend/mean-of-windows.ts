import type { EvaluationRow } from './evaluated-lists';

/**
 * Returns each model's figures in each mode, averaged over windows with equal weight. `customers` are summed.
 * Calibration is left out, because it is reported per window only.
 * @param windows the rows of each window, with the same models and modes in all of them
 */
export function meanOfWindows(windows: readonly (readonly EvaluationRow[])[]): EvaluationRow[] {
  return (windows[0] ?? []).map(({ model, mode }) => {
    const rows = windows.map((each) => each.find((row) => row.model === model && row.mode === mode) as EvaluationRow);
    const mean = (figure: (row: EvaluationRow) => number): number =>
      rows.reduce((sum, row) => sum + figure(row), 0) / rows.length;
    return {
      model,
      mode,
      customers: rows.reduce((sum, row) => sum + row.customers, 0),
      ndcg10: mean((row) => row.ndcg10),
      hr10: mean((row) => row.hr10),
      precision10: mean((row) => row.precision10),
      recall10: mean((row) => row.recall10),
      recall20: mean((row) => row.recall20),
      mrr: mean((row) => row.mrr),
      coverage: mean((row) => row.coverage),
      novelty: mean((row) => row.novelty),
      empty: mean((row) => row.empty),
      fitSeconds: mean((row) => row.fitSeconds),
    };
  });
}
