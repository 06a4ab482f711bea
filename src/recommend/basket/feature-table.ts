import type { BasketCandidates } from './basket-candidates';
import type { BasketScene } from './basket-scene';

/** Under which source a feature's share of a score is explained. */
export type BasketGroup =
  | 'co-purchase'
  | 'co-interest'
  | 'ease'
  | 'popularity'
  | 'trending'
  | 'novelty'
  | 'personal-frequency'
  | 'temporal-ridge';

/** One column of the table. */
export interface BasketFeature {
  readonly name: string;
  readonly group: BasketGroup;
}

/** Features that are made together: one walk over what they look at fills all their columns. */
export interface FeatureBlock {
  readonly features: readonly BasketFeature[];
  /** Writes the block's columns, `column` being the first of them, in every candidate's row. */
  fill(scene: BasketScene, candidates: BasketCandidates, table: FeatureTable, column: number): void;
}

/** Candidates × features, row-major, to be reused from list to list. */
export class FeatureTable {
  values = new Float64Array(0);
  rows = 0;

  constructor(readonly width: number) {}

  /** All cells are 0 afterwards. */
  reset(rows: number): void {
    this.rows = rows;
    const cells = rows * this.width;
    if (cells > this.values.length) this.values = new Float64Array(cells * 2);
    else this.values.fill(0, 0, cells);
  }

  /** What a column is made of, row by row. */
  column(feature: number, value: (row: number) => number): void {
    for (let row = 0, at = feature; row < this.rows; row++, at += this.width) this.values[at] = value(row);
  }
}
