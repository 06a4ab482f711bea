import type { FieldType, RecordShape } from '../../expressions/shape';
import type { AggregateShape } from '../../streams/definition.type';
import type { WindowValue } from '../../streams/window.type';
import type { OperationFigures } from '../system/operation-figures';
import type { System } from '../system/system.type';

/** The fields that conditions can read: those of a window, an operation or the system. A missing field is undefined. */
export type Observation = Readonly<Record<string, string | number | boolean | Date | undefined>>;

const NUMBER = 'double' satisfies FieldType;

/** @param fields types of the fields by name */
function shapeOf(name: string, fields: Readonly<Record<string, FieldType>>): RecordShape<Observation> {
  const entries = Object.entries(fields).map(([field, type]) => {
    return [field, { type, read: (observed: Observation) => observed[field] }] as const;
  });
  return { name, fields: Object.fromEntries(entries) };
}

/**
 * Returns the fields of a window: its aggregates, and fields such as `start`, which replace aggregates of the same
 * name.
 */
export function windowShape(aggregates: readonly AggregateShape[]): RecordShape<Observation> {
  const values = aggregates.flatMap(({ name, kind, quantiles }) => {
    if (kind === 'TOP') return [];
    return kind === 'QUANTILES' ? (quantiles ?? []).map((q) => quantileName(name, q)) : [name];
  });
  const time = 'google.protobuf.Timestamp';
  const own = { key: 'string', start: time, end: time, events: NUMBER } as const;
  return shapeOf('window', { ...Object.fromEntries(values.map((name) => [name, NUMBER])), ...own });
}

export const OPERATION_SHAPE = shapeOf('operation', {
  field: 'string',
  count: NUMBER,
  perSecond: NUMBER,
  errors: NUMBER,
  failures: NUMBER,
  failureRatio: NUMBER,
  mean: NUMBER,
  p50: NUMBER,
  p95: NUMBER,
  p99: NUMBER,
});

export const SYSTEM_SHAPE = shapeOf('system', {
  inboxOldestAgeSeconds: NUMBER,
  inboxEvents: NUMBER,
  eventsPerSecond: NUMBER,
  learnerBehind: NUMBER,
  learnerStalledSeconds: NUMBER,
  queueJobs: NUMBER,
  stalledJobs: NUMBER,
  watermarkDelaySeconds: NUMBER,
  modelAgeSeconds: NUMBER,
  postgresRoundTripSeconds: NUMBER,
  postgresConnections: NUMBER,
  databaseBytes: NUMBER,
  redisReachable: 'bool',
  redisRoundTripSeconds: NUMBER,
  redisMemoryBytes: NUMBER,
  connections: NUMBER,
  subscriptions: NUMBER,
  sentBytesPerSecond: NUMBER,
  apiProcesses: NUMBER,
  workerProcesses: NUMBER,
  memoryBytes: NUMBER,
  eventLoopSeconds: NUMBER,
});

/** Returns the observation of a window without events. Counts and sums are 0; all other aggregates are missing. */
export function emptyWindow(key: string, span: Span, aggregates: readonly AggregateShape[]): Observation {
  const zeros = aggregates.filter(({ kind }) => kind === 'COUNT' || kind === 'SUM' || kind === 'DISTINCT');
  return { ...Object.fromEntries(zeros.map(({ name }) => [name, 0])), ...span, key, events: 0 };
}

export function observedWindow(key: string, span: Span, events: number, values: readonly WindowValue[]): Observation {
  const numbers = values.flatMap(({ name, number, quantiles }): [string, number][] => {
    if (quantiles !== null) return quantiles.map(({ quantile, value }) => [quantileName(name, quantile), value]);
    return number === null ? [] : [[name, number]];
  });
  return { ...Object.fromEntries(numbers), ...span, key, events };
}

export function observedOperation(figures: OperationFigures): Observation {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, (value as number | null) ?? undefined]),
  );
}

export function idleOperation(field: string): Observation {
  return { field, count: 0, perSecond: 0, errors: 0, failures: 0 };
}

export function observedSystem(system: System): Observation {
  const { position, learnerPosition, postgres, redis, processes } = system;
  const running = (kind: string) => processes.filter((process) => process.kind === kind).length;
  return {
    inboxOldestAgeSeconds: system.inboxOldestAgeSeconds ?? undefined,
    inboxEvents: system.inboxEvents ?? undefined,
    eventsPerSecond: system.eventsPerSecond ?? undefined,
    learnerBehind:
      position === null || learnerPosition === null ? undefined : Number(position) - Number(learnerPosition),
    learnerStalledSeconds: system.learnerStalledSeconds ?? undefined,
    queueJobs: redis === null ? undefined : system.queues.reduce((sum, { jobs }) => sum + jobs, 0),
    stalledJobs: redis === null ? undefined : system.queues.reduce((sum, { stalledJobs }) => sum + stalledJobs, 0),
    watermarkDelaySeconds: greatest(system.streams.map(({ watermarkDelaySeconds }) => watermarkDelaySeconds)),
    modelAgeSeconds: greatest(system.models.map(({ ageSeconds }) => ageSeconds)),
    postgresRoundTripSeconds: postgres?.roundTripSeconds,
    postgresConnections: postgres?.connections,
    databaseBytes: postgres?.databaseBytes ?? undefined,
    redisReachable: redis !== null,
    redisRoundTripSeconds: redis?.roundTripSeconds,
    redisMemoryBytes: redis?.memoryBytes,
    connections: system.connections,
    subscriptions: system.subscriptions,
    sentBytesPerSecond: system.sentBytesPerSecond,
    apiProcesses: running('API'),
    workerProcesses: running('WORKER'),
    memoryBytes: greatest(processes.map(({ memoryBytes }) => memoryBytes)),
    eventLoopSeconds: greatest(processes.map(({ eventLoopSeconds }) => eventLoopSeconds)),
  };
}

interface Span {
  readonly start: Date;
  readonly end: Date;
}

/** Returns the field name of a quantile of an aggregate, such as `delay_p95` for 0.95 or `delay_p99_9` for 0.999. */
function quantileName(name: string, quantile: number): string {
  return `${name}_p${String(Number((quantile * 100).toFixed(6))).replace('.', '_')}`;
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}
