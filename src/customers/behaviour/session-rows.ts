import { SESSION_FEATURES } from '../../features/session-features';
import type { DesignMatrix } from '../../learn/design-matrix';
import type { SessionExamples } from './session-examples';

/** The features of some examples, as rows for a fit. */
export function designOf(examples: SessionExamples, rows: Int32Array): DesignMatrix {
  const columns = SESSION_FEATURES.length;
  return {
    rows: rows.length,
    columns,
    readRow(row, out) {
      const from = rows[row]! * columns;
      for (let c = 0; c < columns; c++) out[c] = examples.features[from + c]!;
    },
  };
}

/** Draws up to `count` of the rows, ascending. */
export function sampleRows(rows: Int32Array, count: number, random: () => number): Int32Array {
  if (rows.length <= count) return rows;
  // Selection sampling (Knuth, The Art of Computer Programming, volume 2, section 3.4.2, algorithm S).
  const drawn = new Int32Array(count);
  let size = 0;
  for (let at = 0; at < rows.length && size < count; at++)
    if (random() * (rows.length - at) < count - size) drawn[size++] = rows[at]!;
  return drawn;
}
