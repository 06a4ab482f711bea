import { residualQuantile, residualShare } from './residual-distribution';
import type { IntervalThresholds, ValueModel } from './value-model';

/*
 * A customer's value is 0 with probability 1 − p; otherwise its logarithm is μ plus a residual. F is this distribution
 * and Q its quantile function. The interval of threshold t is [Q((1 − t)/2), Q((1 + t)/2)] as long as it excludes 0,
 * i.e. for t < 2p − 1; for larger t it is [0, Q(max(p, 1 − p, t))]. It grows with t, so the smallest t whose interval
 * contains a value is a nonconformity score (distributional conformal prediction: Chernozhukov, Wüthrich & Zhu, PNAS
 * 118(48), 2021; nested sets: Gupta, Kuchibhotla & Ramdas, Pattern Recognition 127, 2022).
 */

type AmountDistribution = Pick<ValueModel, 'residuals'>;

/** Returns the smallest threshold whose interval contains the value. */
export function nonconformity({ residuals }: AmountDistribution, p: number, mu: number, value: number): number {
  const whereZeroEnters = Math.max(0, 2 * p - 1);
  if (value <= 0) return whereZeroEnters;
  const share = 1 - p + p * residualShare(residuals, Math.log(value) - mu);
  const twoSided = Math.abs(2 * share - 1);
  return twoSided < whereZeroEnters ? twoSided : Math.max(whereZeroEnters, share);
}

/** Returns the interval of a threshold: 0 ≤ low ≤ high. */
export function intervalOf({ residuals }: AmountDistribution, p: number, mu: number, threshold: number) {
  const quantile = (share: number): number =>
    share <= 1 - p ? 0 : Math.exp(mu + residualQuantile(residuals, (share - (1 - p)) / p));
  if (threshold < 2 * p - 1) return { low: quantile((1 - threshold) / 2), high: quantile((1 + threshold) / 2) };
  return { low: 0, high: quantile(Math.max(p, 1 - p, threshold)) };
}

/** Returns the threshold of the group of customers with a similar purchase probability. */
export function thresholdFor({ edges, thresholds }: IntervalThresholds, p: number): number {
  let group = 0;
  while (group < edges.length && p > edges[group]) group++;
  return thresholds[group];
}
