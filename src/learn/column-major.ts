import type { DesignMatrix } from './design-matrix';
import { requireFinite } from './fit-error';

/**
 * Copies a design into one array per column, for algorithms that read a column at a time.
 * @returns one array of `design.rows` values per column
 * @throws FitError NOT_FINITE
 */
export function columnsOf(design: DesignMatrix): Float64Array[] {
  const columns = Array.from({ length: design.columns }, () => new Float64Array(design.rows));
  const row = new Float64Array(design.columns);
  for (let r = 0; r < design.rows; r++) {
    design.readRow(r, row);
    for (let c = 0; c < row.length; c++) {
      requireFinite(row[c], `row ${r}, column ${c}`);
      columns[c][r] = row[c];
    }
  }
  return columns;
}
