import { standardizationOf, type DesignMatrix } from '../../learn/design-matrix';
import { LAST_ORDER_COLUMN, VALUE_FEATURES } from './value-features';

/** Parameters that turn a row of `fillValueFeatures` into the model's columns. */
export interface FeatureScaling {
  /** A typical order amount of the shop, above 0. Amounts enter as asinh(amount ÷ amountUnit). */
  readonly amountUnit: number;
  /** Mean and standard deviation of each column, after the amounts are transformed. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

const IS_AMOUNT = VALUE_FEATURES.map(({ isAmount = false }) => isAmount);

/**
 * Writes the model's columns. asinh is about logarithmic, but is defined for negative net amounts and 0 at 0.
 * @param at index of the row's first value in `features`
 */
export function scaleFeatures(scaling: FeatureScaling, features: Float64Array, at: number, out: Float64Array): void {
  const { amountUnit, mean, scale } = scaling;
  for (let c = 0; c < mean.length; c++) {
    const value = features[at + c];
    out[c] = ((IS_AMOUNT[c] ? Math.asinh(value / amountUnit) : value) - mean[c]) / scale[c];
  }
}

/**
 * Fits the scaling on rows of features. The typical amount is the median of the customers' last orders.
 * @param rows numbers of the rows to use
 */
export function fitFeatureScaling(features: Float64Array, rows: Int32Array): FeatureScaling {
  const columns = VALUE_FEATURES.length;
  const lastOrders = Float64Array.from(rows, (row) => features[row * columns + LAST_ORDER_COLUMN])
    .filter((amount) => amount > 0)
    .sort();
  const amountUnit = lastOrders.length > 0 ? lastOrders[lastOrders.length >> 1] : 1;
  const unscaled = { amountUnit, mean: new Float64Array(columns), scale: new Float64Array(columns).fill(1) };
  const design = new ScaledRows(unscaled, features, rows);
  return { amountUnit, ...standardizationOf(design, new Uint8Array(rows.length).fill(1)) };
}

/** The scaled rows with the given numbers, in this order. They are computed once, because a fit reads each row often. */
export class ScaledRows implements DesignMatrix {
  readonly columns: number;
  private readonly cells: Float64Array;

  constructor(scaling: FeatureScaling, features: Float64Array, numbers: Int32Array) {
    const { length } = scaling.mean;
    this.columns = length;
    this.cells = new Float64Array(numbers.length * length);
    numbers.forEach((number, r) =>
      scaleFeatures(scaling, features, number * length, this.cells.subarray(r * length, (r + 1) * length)),
    );
  }

  get rows(): number {
    return this.cells.length / this.columns;
  }

  readRow(row: number, out: Float64Array): void {
    const from = row * this.columns;
    for (let c = 0; c < this.columns; c++) out[c] = this.cells[from + c];
  }

  /** Returns a design of some of these rows, by their places here. */
  select(places: Int32Array): DesignMatrix {
    return { rows: places.length, columns: this.columns, readRow: (row, out) => this.readRow(places[row], out) };
  }
}
