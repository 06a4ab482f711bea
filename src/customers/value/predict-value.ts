import type { PurchaseSummary } from '../../features/purchase-summary';
import { scaleFeatures } from './feature-scaling';
import { fillValueFeatures, isRecentBuyer, pastAmount, VALUE_FEATURES } from './value-features';
import { intervalOf, thresholdFor } from './value-interval';
import type { LinearPredictor, ValueModel } from './value-model';

export interface ValuePrediction {
  /** Expected net amount in the horizon, in the shop's main currency; at least 0. */
  readonly expectedAmount: number;
  /**
   * The interval that contains the value with the model's level; 0 ≤ low ≤ high. The expected amount of a customer who
   * probably buys nothing is above it.
   */
  readonly low: number;
  readonly high: number;
  /** Probability that the net amount in the horizon is above 0. */
  readonly purchaseProbability: number;
  /** Probability that the customer orders nothing in the horizon; null for customers without an order in 180 days. */
  readonly churnProbability: number | null;
}

/** Returns the prediction for a customer as of the summary's instant; null for a customer without an order. */
export function predictValue(model: ValueModel, summary: PurchaseSummary): ValuePrediction | null {
  if (summary.orders.length === 0) return null;
  const features = new Float64Array(VALUE_FEATURES.length);
  fillValueFeatures(summary, features);
  return predictFromFeatures(model, features, 0, isRecentBuyer(summary));
}

/** @param at index in `features` of the first value of a row of `fillValueFeatures` */
export function predictFromFeatures(
  model: ValueModel,
  features: Float64Array,
  at: number,
  isRecent: boolean,
): ValuePrediction {
  const columns = VALUE_FEATURES.length;
  const scaled = new Float64Array(columns);
  scaleFeatures(model.scaling, features, at, scaled);
  const purchaseProbability = logistic(evaluate(model.purchase, scaled));
  const mu = Math.min(evaluate(model.logAmount, scaled), model.maxLogAmount);
  const smeared = model.smearing * Math.exp(mu);
  const past = pastAmount(features.subarray(at, at + columns), model.horizonDays);
  const { amountWeights, intervals, churn } = model;
  return {
    expectedAmount: purchaseProbability * (amountWeights.smeared * smeared + amountWeights.past * past),
    ...intervalOf(model, purchaseProbability, mu, thresholdFor(intervals, purchaseProbability)),
    purchaseProbability,
    churnProbability: isRecent && churn !== null ? logistic(evaluate(churn, scaled)) : null,
  };
}

export function evaluate({ intercept, coefficients }: LinearPredictor, scaled: Float64Array): number {
  let sum = intercept;
  for (let c = 0; c < coefficients.length; c++) sum += coefficients[c] * scaled[c];
  return sum;
}

export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
