/** Latencies as counts by upper bound, as Prometheus' histograms have them. */
export interface Latencies {
  /** Seconds, ascending; there is one more bucket, for what took longer. */
  readonly bounds: readonly number[];
  /** How many were at most a bound, and above the one before; one for each bound and one for the rest. */
  readonly counts: readonly number[];
  /** Seconds together. */
  readonly sum: number;
}

export function noLatencies(bounds: readonly number[]): Latencies {
  return { bounds, counts: bounds.map(() => 0).concat(0), sum: 0 };
}

export function addLatencies(a: Latencies, b: Latencies): Latencies {
  return { bounds: a.bounds, counts: a.counts.map((count, at) => count + b.counts[at]), sum: a.sum + b.sum };
}

/** What has come since `before`; all of it where the process had begun anew in between. */
export function latenciesSince(now: Latencies, before: Latencies): Latencies {
  const counts = now.counts.map((count, at) => count - before.counts[at]);
  return counts.some((count) => count < 0) ? now : { bounds: now.bounds, counts, sum: now.sum - before.sum };
}

export function countOf({ counts }: Latencies): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * The latency at rank q, as Prometheus' `histogram_quantile` estimates it: linear within the bucket that it falls in, and
 * the greatest bound where it lies beyond.
 * @param q from 0 to 1
 * @returns seconds; `undefined` of nothing
 */
export function quantileOf(latencies: Latencies, q: number): number | undefined {
  const { bounds, counts } = latencies;
  const total = countOf(latencies);
  if (total === 0) return undefined;
  const rank = q * total;
  let below = 0;
  for (const [at, upper] of bounds.entries()) {
    const count = counts[at];
    if (count > 0 && below + count >= rank) {
      const lower = at === 0 ? 0 : bounds[at - 1];
      return lower + (upper - lower) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
