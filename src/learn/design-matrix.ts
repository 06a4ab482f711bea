/**
 * The rows of features that a model is fitted on. Rows are produced on demand, so that interaction features need not be
 * stored.
 */
export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Copies a row into `out`, whose length is `columns`. */
  readRow(row: number, out: Float64Array): void;
}

/** A matrix given as an array of rows: for tests and small fits. */
export function denseDesign(rows: readonly (readonly number[])[]): DesignMatrix {
  return {
    rows: rows.length,
    columns: rows.length === 0 ? 0 : rows[0].length,
    readRow: (row, out) => out.set(rows[row]),
  };
}

/** The weighted mean and the weighted standard deviation of each column. A constant column has scale 1. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

export function standardizationOf(design: DesignMatrix, weights: ArrayLike<number>): Standardization {
  const mean = new Float64Array(design.columns);
  const squares = new Float64Array(design.columns);
  const row = new Float64Array(design.columns);
  let total = 0;
  // Weighted Welford algorithm: one pass, without cancellation.
  for (let r = 0; r < design.rows; r++) {
    const weight = weights[r];
    if (weight === 0) continue;
    design.readRow(r, row);
    total += weight;
    for (let c = 0; c < row.length; c++) {
      const delta = row[c] - mean[c];
      mean[c] += (delta * weight) / total;
      squares[c] += weight * delta * (row[c] - mean[c]);
    }
  }
  const scale = squares.map((sum, c) => {
    const deviation = Math.sqrt(sum / total);
    return deviation > 1e-12 * (1 + Math.abs(mean[c])) ? deviation : 1;
  });
  return { mean, scale };
}

export function standardized(design: DesignMatrix, by: Standardization): DesignMatrix {
  return {
    rows: design.rows,
    columns: design.columns,
    readRow(row, out) {
      design.readRow(row, out);
      for (let c = 0; c < out.length; c++) out[c] = (out[c] - by.mean[c]) / by.scale[c];
    },
  };
}
