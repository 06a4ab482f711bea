import type { BasketCandidates } from './basket-candidates';
import type { BasketContext } from './basket-context';

/** Groups of features. The reasons of a recommendation name the group of a feature, not the feature. */
export type BasketGroup =
  | 'co-purchase'
  | 'co-interest'
  | 'ease'
  | 'popularity'
  | 'trending'
  | 'novelty'
  | 'personal-frequency'
  | 'temporal-ridge';

export interface BasketFeature {
  readonly name: string;
  readonly group: BasketGroup;
}

/** Features that are computed together: one pass over their data fills all their columns. */
export interface BasketFeatureBlock {
  readonly features: readonly BasketFeature[];
  /** Writes the block's columns in every candidate's row, starting at `column`. */
  fill(basket: BasketContext, candidates: BasketCandidates, table: FeatureTable, column: number): void;
}

/** A table of candidates × features, row-major. Its memory is reused for the next basket. */
export class FeatureTable {
  values = new Float64Array(0);
  rows = 0;

  constructor(readonly width: number) {}

  /** Changes the number of rows, and sets all cells to 0. */
  reset(rows: number): void {
    this.rows = rows;
    const cells = rows * this.width;
    if (cells > this.values.length) this.values = new Float64Array(cells * 2);
    else this.values.fill(0, 0, cells);
  }

  /** Fills the column of a feature with one value per row. */
  fillColumn(feature: number, value: (row: number) => number): void {
    for (let row = 0, at = feature; row < this.rows; row++, at += this.width) this.values[at] = value(row);
  }
}
