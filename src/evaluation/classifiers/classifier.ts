import type { FeatureValue } from '../../learn/feature-encoding';

/** One value per column. A numeric column holds numbers in every row, a categorical column holds strings. */
export type FeatureRow = readonly FeatureValue[];

/** Returns the probability of label 1. */
export type ProbabilityOf = (row: FeatureRow) => number;

/** A model of binary labels. Its encoding of the features is part of the fit. */
export interface Classifier {
  readonly name: string;
  /**
   * @param labels 0 or 1 per row
   * @param seed for models that draw at random
   */
  fit(rows: readonly FeatureRow[], labels: Uint8Array, seed: number): ProbabilityOf;
}
