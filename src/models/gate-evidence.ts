import type { CalibrationSummary } from '../learn/calibration';

/**
 * One quality measure, such as NDCG or log-loss, on the held-out time: the newest part of the data, which the evaluated
 * models were not fitted on. Each array has one value for each evaluated unit (a list of products, a session, a
 * customer). All arrays have the same units in the same order.
 */
export interface GateMeasure {
  readonly name: string;
  /** Whether lower values are better, as for log-loss, the Brier score and squared errors. Default: higher is better. */
  readonly isLoss?: boolean;
  /**
   * For each unit, the number of its cluster, such as its customer. The bootstrap draws the units of a cluster together,
   * because they are not independent. Default: the units are independent.
   */
  readonly clusters?: ArrayLike<number> | null;
  readonly candidate: Float64Array;
  /** Null if no version is active, or if the active version can't be scored. */
  readonly incumbent: Float64Array | null;
  /** Values of the best version so far; null if it is the active version, or can't be scored. */
  readonly best: Float64Array | null;
  /** Values of the baseline of {@link GateEvidence.baselineName}, which needs no fit or only a trivial one. */
  readonly baseline: Float64Array;
}

/** Evaluation results of a candidate that was fitted on the data before the held-out time. */
export interface GateEvidence {
  /** What one value of a measure belongs to, in messages and names of figures: `list`, `session`, `customer`. */
  readonly unit: string;
  readonly measures: readonly GateMeasure[];
  /** Name of the baseline in messages and names of figures, such as `popularity`. */
  readonly baselineName: string;
  /** Reasons to refuse the candidate independently of the measures, in English. */
  readonly faults?: readonly string[];
  /** Whether every score was a finite number. */
  readonly finite: boolean;
  /**
   * For models that rank products: the share of the products that are among the first ten of at least one evaluated
   * list.
   */
  readonly coverage?: { readonly candidate: number; readonly incumbent: number | null };
  /** For models whose probabilities are used: their calibration. */
  readonly chances?: CalibrationSummary;
  /** Time to score one unit, ms. */
  readonly time: { readonly candidateMs: number; readonly incumbentMs: number | null };
}
