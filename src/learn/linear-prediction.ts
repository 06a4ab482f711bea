import { factorCholesky, solveFactored } from './blocked-cholesky';
import { denseDesign } from './design-matrix';
import { FitError } from './fit-error';
import { fitLinear, predictLinear, type LinearFit } from './linear-regression';
import { studentQuantile } from './student-t';

export interface PredictionInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Ordinary least squares that also says how far off it may be: the prediction interval of a new observation at x is
 * xβ ± t · s · √(1 + h), with s² = ‖y − Xβ‖² / (n − p), t of Student with n − p degrees of freedom, and the leverage
 * h = 1/n + (x − x̄)(XcᵀXc)⁻¹(x − x̄)ᵀ, what the hat matrix has on its diagonal at rows of the fit (Draper & Smith: Applied
 * Regression Analysis, 3rd ed., §5.3). It holds where errors are independent and of one variance.
 */
export class LinearPrediction {
  private constructor(
    readonly fit: LinearFit,
    /** s². */
    readonly variance: number,
    /** n − p, the intercept counted. */
    readonly degrees: number,
    private readonly rows: number,
    private readonly mean: Float64Array,
    private readonly scale: Float64Array,
    /** Cholesky's factor of the Gram matrix of columns centred and brought to length 1. */
    private readonly factor: Float64Array,
  ) {}

  /**
   * @param rows of features, one as long as the other
   * @throws FitError NOT_FINITE, RANK_DEFICIENT, or WRONG_SHAPE where there are not more rows than coefficients
   */
  static fit(rows: readonly (readonly number[])[], targets: readonly number[]): LinearPrediction {
    const columns = rows[0]?.length ?? 0;
    const degrees = rows.length - columns - 1;
    if (degrees < 1)
      throw new FitError('WRONG_SHAPE', `${rows.length} rows say nothing of how far ${columns} columns are off`);
    const fit = fitLinear({ design: denseDesign(rows), targets });
    const squares = rows.reduce((sum, row, r) => sum + (targets[r] - predictLinear(fit, row)) ** 2, 0);
    const mean = Float64Array.from(
      { length: columns },
      (_, c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length,
    );
    const scale = mean.map((m, c) => Math.sqrt(rows.reduce((sum, row) => sum + (row[c] - m) ** 2, 0)));
    const factor = new Float64Array(columns * columns);
    for (const row of rows)
      for (let i = 0; i < columns; i++)
        for (let j = 0; j <= i; j++)
          factor[i * columns + j] += ((row[i] - mean[i]) / scale[i]) * ((row[j] - mean[j]) / scale[j]);
    if (factorCholesky(factor, columns) >= 0)
      throw new FitError('RANK_DEFICIENT', 'columns follow from each other: drop one');
    return new LinearPrediction(fit, squares / degrees, degrees, rows.length, mean, scale, factor);
  }

  /** h. */
  leverage(row: readonly number[]): number {
    const centred = this.mean.map((m, c) => (row[c] - m) / this.scale[c]);
    const solved = centred.slice();
    solveFactored(this.factor, solved);
    return 1 / this.rows + centred.reduce((sum, x, c) => sum + x * solved[c], 0);
  }

  /** @param level the share of new observations that are to be inside, between 0 and 1 */
  predict(row: readonly number[], level: number): PredictionInterval {
    const value = predictLinear(this.fit, row);
    const t = studentQuantile((1 + level) / 2, this.degrees);
    const off = t * Math.sqrt(this.variance * (1 + this.leverage(row)));
    return { value, low: value - off, high: value + off };
  }
}
