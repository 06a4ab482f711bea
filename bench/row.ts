/** One line of a bench's table. */
export interface BenchRow {
  readonly name: string;
  /** `freshet`, or a peer's name and version. */
  readonly subject: string;
  /** Milliseconds, unless `unit` says otherwise. */
  readonly p50?: number;
  /** Milliseconds, unless `unit` says otherwise. */
  readonly p95?: number;
  /** Milliseconds, unless `unit` says otherwise. */
  readonly p99?: number;
  readonly rate?: number;
  readonly unit?: string;
  /** CPU milliseconds that the measured processes used for each unit that `rate` counts. */
  readonly cpu?: number;
  /** How many times faster than the peer's row: above 1 is faster. */
  readonly ratio?: number;
}

/** Returns the value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Returns the mean of the middle half. */
export function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(sorted.length / 4, (3 * sorted.length) / 4);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
