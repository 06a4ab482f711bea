export interface LatencyHistogram {
  /** The upper bounds of the buckets in seconds, ascending. One more bucket holds larger values. */
  readonly bounds: readonly number[];
  /** For each bucket, the number of values above the previous bound and up to its own bound (not cumulative). */
  readonly counts: readonly number[];
  /** The sum of all latencies in seconds. */
  readonly sum: number;
}

export function emptyHistogram(bounds: readonly number[]): LatencyHistogram {
  return { bounds, counts: bounds.map(() => 0).concat(0), sum: 0 };
}

export function addHistograms(a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram {
  return { bounds: a.bounds, counts: a.counts.map((count, at) => count + b.counts[at]!), sum: a.sum + b.sum };
}

/** Returns the difference of two histograms, or the newer one if the process has restarted in between. */
export function subtractHistogram(now: LatencyHistogram, before: LatencyHistogram): LatencyHistogram {
  const counts = now.counts.map((count, at) => count - before.counts[at]!);
  return counts.some((count) => count < 0) ? now : { bounds: now.bounds, counts, sum: now.sum - before.sum };
}

export function countOf({ counts }: LatencyHistogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Estimates the q-quantile like Prometheus' `histogram_quantile`, by linear interpolation within a bucket. The result
 * is at most the largest bound.
 * @param q from 0 to 1
 * @returns seconds; `undefined` for an empty histogram
 */
export function quantileOf(latencies: LatencyHistogram, q: number): number | undefined {
  const { bounds, counts } = latencies;
  const total = countOf(latencies);
  if (total === 0) return undefined;
  const rank = q * total;
  let countBelow = 0;
  let lower = 0;
  for (const [bucket, upper] of bounds.entries()) {
    const count = counts[bucket]!;
    if (count > 0 && countBelow + count >= rank)
      return lower + (upper - lower) * Math.max(0, (rank - countBelow) / count);
    countBelow += count;
    lower = upper;
  }
  return bounds.at(-1);
}
