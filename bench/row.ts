/** One line of a bench's table. */
export interface BenchRow {
  readonly name: string;
  /** `freshet`, or a peer's name and version. */
  readonly subject: string;
  /** Milliseconds, if `unit` is no other. */
  readonly p50?: number;
  /** Milliseconds, if `unit` is no other. */
  readonly p95?: number;
  /** Milliseconds, if `unit` is no other. */
  readonly p99?: number;
  readonly rate?: number;
  readonly unit?: string;
  /** Milliseconds of CPU that the measured processes took for each of what `rate` counts. */
  readonly cpu?: number;
  /** How many times faster than the row's peer: above 1 is faster. */
  readonly ratio?: number;
}

/** The value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
