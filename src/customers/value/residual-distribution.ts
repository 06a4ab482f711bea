/** Distribution of the residuals of log amounts: quantiles at equal steps from 0 to 1, ascending. */
export interface ResidualDistribution {
  readonly quantiles: Float64Array;
}

const STEPS = 400;

/** @param residuals at least one finite number */
export function residualDistributionOf(residuals: Float64Array): ResidualDistribution {
  const sorted = residuals.slice().sort();
  const quantiles = new Float64Array(STEPS + 1);
  for (let step = 0; step <= STEPS; step++) {
    const place = (step / STEPS) * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    quantiles[step] = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
  return { quantiles };
}

/** Returns the residual below which the share of residuals lies. */
export function residualQuantile({ quantiles }: ResidualDistribution, share: number): number {
  const steps = quantiles.length - 1;
  const place = Math.min(1, Math.max(0, share)) * steps;
  const below = Math.min(steps - 1, Math.floor(place));
  return quantiles[below] + (place - below) * (quantiles[below + 1] - quantiles[below]);
}

/** Returns the share of residuals below the given one: the inverse of {@link residualQuantile}. */
export function residualShare({ quantiles }: ResidualDistribution, residual: number): number {
  const steps = quantiles.length - 1;
  if (residual <= quantiles[0]) return 0;
  if (residual >= quantiles[steps]) return 1;
  let [low, high] = [0, steps];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantiles[middle] <= residual) low = middle;
    else high = middle;
  }
  return (low + (residual - quantiles[low]) / (quantiles[high] - quantiles[low])) / steps;
}
