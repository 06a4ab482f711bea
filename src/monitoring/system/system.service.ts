import type { Registry } from 'prom-client';
import { VERSION } from '../../platform/version';
import type { ShopMetrics } from '../shop-metrics.service';
import { samplesOf } from './process-figures';
import type { ProcessSlices } from './process-slices.service';
import type { ProcessSlice } from './process-slice.store';
import type { ProcessHealth, System } from './system.type';

/** Length of the period of the operation metrics. */
const WINDOW_MS = 60_000;

/** Reads the state of the system: the shop's gauges, as in `/metrics`, and the reports of all processes. */
export class SystemService {
  constructor(
    private readonly registry: Registry,
    private readonly metrics: Pick<ShopMetrics, 'refresh'>,
    private readonly slices: ProcessSlices,
  ) {}

  async system(): Promise<System> {
    // This refreshes the process slices (the reports of all processes), too.
    await this.metrics.refresh();
    const processes = this.slices.processes().map(healthOf);
    const total = (figure: 'connections' | 'subscriptions' | 'sentBytesPerSecond') =>
      processes.reduce((sum, process) => sum + process[figure], 0);
    const firing = await this.gaugesBy('alerts_open', 'state', (state, value) => (state === 'FIRING' ? value : 0));
    const stalled = new Map(
      await this.gaugesBy('queue_stalled_jobs', 'queue', (queue, jobs) => [queue, jobs] as const),
    );
    return {
      asOf: new Date(),
      version: VERSION,
      operations: this.slices.operations(WINDOW_MS),
      inboxOldestAgeSeconds: await this.gauge('inbox_oldest_age_seconds'),
      inboxEvents: await this.gauge('inbox_events'),
      eventsPerSecond: await this.gauge('log_events_per_second'),
      position: text(await this.gauge('log_position')),
      learnerPosition: text(await this.gauge('learner_position')),
      learnerStalledSeconds: await this.gauge('learner_stalled_seconds'),
      queues: await this.gaugesBy('queue_jobs', 'queue', (queue, jobs) => ({
        queue,
        jobs,
        stalledJobs: stalled.get(queue) ?? 0,
      })),
      streams: await this.gaugesBy('stream_watermark_delay_seconds', 'stream', (stream, watermarkDelaySeconds) => ({
        stream,
        watermarkDelaySeconds,
      })),
      models: await this.gaugesBy('model_age_seconds', 'kind', (kind, ageSeconds) => ({ kind, ageSeconds })),
      postgres: await this.postgres(),
      redis: await this.redis(),
      connections: total('connections'),
      subscriptions: total('subscriptions'),
      sentBytesPerSecond: total('sentBytesPerSecond'),
      processes,
      alertsFiring: firing.length === 0 ? null : firing.reduce((sum, alerts) => sum + alerts, 0),
    };
  }

  private async postgres(): Promise<System['postgres']> {
    const roundTripSeconds = await this.gauge('postgres_round_trip_seconds');
    if (roundTripSeconds === null) return null;
    return {
      roundTripSeconds,
      connections: (await this.gauge('postgres_connections')) ?? 0,
      sharedBuffersBytes: (await this.gauge('postgres_shared_buffers_bytes')) ?? 0,
      databaseBytes: await this.gauge('postgres_database_bytes'),
    };
  }

  private async redis(): Promise<System['redis']> {
    const roundTripSeconds = await this.gauge('redis_round_trip_seconds');
    if (roundTripSeconds === null) return null;
    return {
      roundTripSeconds,
      memoryBytes: (await this.gauge('redis_memory_bytes')) ?? 0,
      clients: (await this.gauge('redis_clients')) ?? 0,
    };
  }

  /** Returns a gauge without labels; null if it was not measured. Infinity becomes MAX_SAFE_INTEGER for GraphQL. */
  private async gauge(name: string): Promise<number | null> {
    const value = (await samplesOf(this.registry, `freshet_${name}`)).at(0)?.value;
    if (value === Infinity) return Number.MAX_SAFE_INTEGER;
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  private async gaugesBy<T>(name: string, label: string, item: (label: string, value: number) => T): Promise<T[]> {
    const samples = await samplesOf(this.registry, `freshet_${name}`);
    return samples.map(({ labels, value }) => item(String(labels[label]), value));
  }
}

function text(position: number | null): string | null {
  return position === null ? null : String(position);
}

function healthOf({ process, kind, version, startedAt, figures }: ProcessSlice): ProcessHealth {
  const { memoryBytes, eventLoopSeconds, connections, subscriptions, sentBytes, seconds } = figures;
  const sentBytesPerSecond = sentBytes / Math.max(seconds, 0.001);
  return {
    id: process,
    kind,
    version,
    startedAt,
    memoryBytes,
    eventLoopSeconds,
    connections,
    subscriptions,
    sentBytesPerSecond,
  };
}
