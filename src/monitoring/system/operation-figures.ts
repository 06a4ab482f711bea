import { addLatencies, countOf, quantileOf, type Latencies } from './latency-histogram';

/** What was counted of one operation over some time. */
export interface OperationCounts {
  readonly latencies: Latencies;
  /** Errors in answers, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** How an operation went over some time, in all API processes. */
export interface OperationFigures {
  /** Its root field; `several` of more than one. */
  readonly field: string;
  readonly count: number;
  readonly perSecond: number;
  /** Errors in its answers. */
  readonly errors: number;
  /** Those that are the server's fault. */
  readonly failures: number;
  /** Failures for each answer; none where there were no answers. */
  readonly failureRatio: number | null;
  /** Seconds; none where there were no answers. */
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Codes of errors that a client can't avoid. */
const FAILURES: ReadonlySet<string> = new Set(['INTERNAL', 'TIMEOUT', 'UNAVAILABLE', 'OVERLOADED']);

export function addCounts(a: OperationCounts, b: OperationCounts): OperationCounts {
  const errors = { ...a.errors };
  for (const [code, count] of Object.entries(b.errors)) errors[code] = (errors[code] ?? 0) + count;
  return { latencies: addLatencies(a.latencies, b.latencies), errors };
}

export function figuresOf(field: string, { latencies, errors }: OperationCounts, seconds: number): OperationFigures {
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
