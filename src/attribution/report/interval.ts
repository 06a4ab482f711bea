/** A share with its 95 % confidence interval. */
export interface ShareInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Returns `count` / `of` with the interval of Wilson (1927), which stays within 0 and 1; null if `of` is 0.
 * @param size the number of independent observations, if that is not `of`
 */
export function shareInterval(count: number, of: number, size = of): ShareInterval | null {
  if (of === 0) return null;
  const value = count / of;
  const middle = (value + Z ** 2 / (2 * size)) / (1 + Z ** 2 / size);
  const half = (Z / (1 + Z ** 2 / size)) * Math.sqrt((value * (1 - value)) / size + Z ** 2 / (4 * size ** 2));
  return { value, low: Math.max(0, Math.min(value, middle - half)), high: Math.min(1, Math.max(value, middle + half)) };
}

/** Sums over visits of what each visit has: `of` is the denominator of the share, `count` its numerator. */
export interface VisitSums {
  readonly visits: number;
  readonly of: number;
  readonly count: number;
  readonly ofSquares: number;
  readonly countSquares: number;
  readonly products: number;
}

/**
 * Returns the share of a sum over visits in another one, such as clicks in views. The views of one visit are not
 * independent, so the interval is that of as many independent ones as would have the variance of the ratio estimator
 * clustered by visit (the effective sample size of Korn and Graubard 1998). Null if `of` is 0.
 */
export function clusteredShareInterval(sums: VisitSums): ShareInterval | null {
  const { visits, of, count, ofSquares, countSquares, products } = sums;
  if (of === 0) return null;
  const share = count / of;
  const squares = countSquares - 2 * share * products + share ** 2 * ofSquares;
  const variance = visits > 1 ? ((visits / (visits - 1)) * Math.max(0, squares)) / of ** 2 : 0;
  // Without a measured variance, each visit counts as one observation.
  const size = variance > 0 ? Math.min(of, (share * (1 - share)) / variance) : visits;
  return shareInterval(count, of, Math.max(size, 1));
}
