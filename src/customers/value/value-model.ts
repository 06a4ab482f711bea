import type { ResidualDistribution } from './residual-distribution';
import type { FeatureScaling } from './feature-scaling';

/** A linear predictor of the scaled features. */
export interface LinearPredictor {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** Thresholds of the conformal intervals by purchase probability; see `value-interval.ts`. */
export interface IntervalThresholds {
  /** Upper bounds of the groups' purchase probabilities, ascending, without the last group. */
  readonly edges: Float64Array;
  /** One for each group: one more than edges. */
  readonly thresholds: Float64Array;
}

/** The fitted parameters of predicted value and churn. */
export interface ValueModel {
  readonly horizonDays: number;
  /** Share of customers whose value is inside their interval. */
  readonly level: number;
  readonly scaling: FeatureScaling;
  /** Log-odds that the value is above 0. */
  readonly purchase: LinearPredictor;
  /** Expected logarithm of the value of customers whose value is above 0. */
  readonly logAmount: LinearPredictor;
  /** Upper bound of the predicted logarithm, so that an extraordinary customer gets no absurd amount. */
  readonly maxLogAmount: number;
  /** Duan's smearing factor: mean of e^residual. */
  readonly smearing: number;
  /** Weights of the two estimates of a buyer's amount: the smeared one and the customer's past amount. */
  readonly amountWeights: { readonly smeared: number; readonly past: number };
  readonly residuals: ResidualDistribution;
  readonly intervals: IntervalThresholds;
  /** Log-odds that a recent buyer orders nothing in the horizon; null if the data had too few of either outcome. */
  readonly churn: LinearPredictor | null;
}
