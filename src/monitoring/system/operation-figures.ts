import { addHistograms, countOf, quantileOf, type LatencyHistogram } from './latency-histogram';

/** The latencies and errors of one operation over a period. */
export interface OperationCounts {
  readonly latencies: LatencyHistogram;
  /** Number of errors in responses, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The metrics of one operation over a period, in all API processes. */
export interface OperationFigures {
  /** The root field of the operation; `several` if there is more than one. */
  readonly field: string;
  readonly count: number;
  readonly perSecond: number;
  /** Number of errors in responses. */
  readonly errors: number;
  /** Number of these errors that a client can't avoid. */
  readonly failures: number;
  /** Failures per response; null without responses. */
  readonly failureRatio: number | null;
  /** Mean latency in seconds; null without responses. */
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Codes of the errors that a client can't avoid. */
const FAILURES: ReadonlySet<string> = new Set(['INTERNAL', 'TIMEOUT', 'UNAVAILABLE', 'OVERLOADED']);

function addCounts(a: OperationCounts, b: OperationCounts): OperationCounts {
  const errors = { ...a.errors };
  for (const [code, count] of Object.entries(b.errors)) errors[code] = (errors[code] ?? 0) + count;
  return { latencies: addHistograms(a.latencies, b.latencies), errors };
}

function figuresOf(field: string, { latencies, errors }: OperationCounts, seconds: number): OperationFigures {
  const count = countOf(latencies);
  const codes = Object.entries(errors);
  const failures = codes.reduce((sum, [code, times]) => sum + (FAILURES.has(code) ? times : 0), 0);
  return {
    field,
    count,
    perSecond: count / seconds,
    errors: codes.reduce((sum, [, times]) => sum + times, 0),
    failures,
    failureRatio: count === 0 ? null : failures / count,
    mean: count === 0 ? null : latencies.sum / count,
    p50: quantileOf(latencies, 0.5) ?? null,
    p95: quantileOf(latencies, 0.95) ?? null,
    p99: quantileOf(latencies, 0.99) ?? null,
  };
}

/** The operations of one process in a period of a few seconds. */
export interface OperationSlice {
  /** The end of the period, in milliseconds since 1970. */
  readonly at: number;
  /** The counts of each operation, by its root field. */
  readonly operations: Readonly<Record<string, OperationCounts>>;
}

/**
 * Returns the metrics of all operations in the slices that end after `from` and up to `to` (ms since 1970), in all
 * processes, sorted by root field.
 */
export function operationsWithin(slices: Iterable<OperationSlice>, from: number, to: number): OperationFigures[] {
  const counts = new Map<string, OperationCounts>();
  for (const { at, operations } of slices) {
    if (at <= from || at > to) continue;
    for (const [field, sliceCounts] of Object.entries(operations)) {
      const before = counts.get(field);
      counts.set(field, before ? addCounts(before, sliceCounts) : sliceCounts);
    }
  }
  return [...counts]
    .map(([field, totalCounts]) => figuresOf(field, totalCounts, (to - from) / 1_000))
    .sort((a, b) => (a.field < b.field ? -1 : 1));
}
