import type { Registry } from 'prom-client';
import { BUCKETS } from '../operation-metrics.service';
import { subtractHistogram, emptyHistogram } from './latency-histogram';
import type { OperationCounts } from './operation-figures';

/**
 * The state of a process and its counts, read from its metrics. Counts are those since its start or previous report.
 */
export interface ProcessFigures {
  /** Latencies and errors by root field. */
  readonly operations: Readonly<Record<string, OperationCounts>>;
  /** Bytes sent over HTTP and WebSocket. */
  readonly sentBytes: number;
  readonly connections: number;
  readonly subscriptions: number;
  readonly memoryBytes: number;
  readonly eventLoopSeconds: number;
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
  readonly metricName?: string;
}

/** Returns the samples of a metric; an empty array if the registry does not have the metric. */
export async function samplesOf(registry: Registry, name: string): Promise<readonly Sample[]> {
  const metric = registry.getSingleMetric(name);
  return metric === undefined ? [] : (await metric.get()).values;
}

async function sumOf(registry: Registry, name: string): Promise<number> {
  return (await samplesOf(registry, name)).reduce((sum, { value }) => sum + value, 0);
}

export async function readProcess(registry: Registry): Promise<ProcessFigures> {
  const [httpBytes, socketBytes, connections, subscriptions, memoryBytes, eventLoopSeconds] = await Promise.all([
    sumOf(registry, 'freshet_http_response_bytes_total'),
    sumOf(registry, 'freshet_websocket_sent_bytes_total'),
    sumOf(registry, 'freshet_websocket_connections'),
    sumOf(registry, 'freshet_graphql_subscriptions_active'),
    sumOf(registry, 'process_resident_memory_bytes'),
    sumOf(registry, 'nodejs_eventloop_lag_p99_seconds'),
  ]);
  const operations = await readOperations(registry);
  const sentBytes = httpBytes + socketBytes;
  return { operations, sentBytes, connections, subscriptions, memoryBytes, eventLoopSeconds: eventLoopSeconds || 0 };
}

/** Returns the current state and the counts since `before`. Operations not executed since then are omitted. */
export function figuresSince(now: ProcessFigures, before: ProcessFigures): ProcessFigures {
  const operations: Record<string, OperationCounts> = {};
  for (const [field, { latencies, errors }] of Object.entries(now.operations)) {
    const old = before.operations[field];
    const counts = {
      latencies: subtractHistogram(latencies, old?.latencies ?? emptyHistogram(BUCKETS)),
      errors: Object.fromEntries(
        Object.entries(errors)
          .map(([code, count]) => [code, count - (old?.errors[code] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      ),
    };
    const isIdle = counts.latencies.counts.every((count) => count === 0) && Object.keys(counts.errors).length === 0;
    if (!isIdle) operations[field] = counts;
  }
  return { ...now, operations, sentBytes: Math.max(0, now.sentBytes - before.sentBytes) };
}

export const NO_FIGURES: ProcessFigures = {
  operations: {},
  sentBytes: 0,
  connections: 0,
  subscriptions: 0,
  memoryBytes: 0,
  eventLoopSeconds: 0,
};

async function readOperations(registry: Registry): Promise<Record<string, OperationCounts>> {
  const countsByField = new Map<string, { cumulative: number[]; sum: number; errors: Record<string, number> }>();
  const countsOf = (field: string) => {
    let counts = countsByField.get(field);
    if (!counts)
      countsByField.set(field, (counts = { cumulative: BUCKETS.map(() => 0).concat(0), sum: 0, errors: {} }));
    return counts;
  };
  for (const { labels, value, metricName } of await samplesOf(registry, 'freshet_graphql_operation_duration_seconds')) {
    const counts = countsOf(String(labels.field));
    if (metricName?.endsWith('_sum')) counts.sum += value;
    if (!metricName?.endsWith('_bucket')) continue;
    const at = labels.le === '+Inf' ? BUCKETS.length : BUCKETS.indexOf(Number(labels.le));
    counts.cumulative[at]! += value;
  }
  for (const { labels, value } of await samplesOf(registry, 'freshet_graphql_errors_total')) {
    const { errors } = countsOf(String(labels.field));
    errors[String(labels.code)] = (errors[String(labels.code)] ?? 0) + value;
  }
  return Object.fromEntries(
    [...countsByField].map(([field, { cumulative, sum, errors }]) => [
      field,
      { latencies: { bounds: BUCKETS, counts: cumulative.map((n, at) => n - (cumulative[at - 1] ?? 0)), sum }, errors },
    ]),
  );
}
