import { measurePendingErasures } from '../events/pending-erasures.store';
import { measureInbox } from '../events/inbox-pressure.store';
import { measurePendingMerges } from '../events/pending-merges.store';
import { newestPosition } from '../events/position.store';
import { kindsOf } from '../models/fitter';
import type { VersionStore } from '../models/version.store';
import { leasePosition } from '../platform/lease';
import { pingDatabase } from '../platform/ping-database';
import type { Pool } from '../platform/postgres';
import type { Room } from '../rooms/room';
import type { RedisPubSub } from '../platform/pubsub';
import type { Queues } from '../platform/queues';
import { LEARNER_LEASE } from '../live-state/live-state-names';
import { measureLearnerStall } from '../live-state/learner/learner-stall.store';
import { ALERT_SEVERITIES } from '../webhooks/alert-severity';
import { measureBacklog } from './backlog.store';
import type { ProcessSlices } from './system/process-slices.service';
import {
  readWatermarkDelays,
  readPostgresFigures,
  countOpenAlerts,
  countDeliveries,
  countRecentEvents,
  readDatabaseSize,
} from './shop-gauges.store';

export interface ShopSources {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'measure'>;
  readonly queues: Queues;
  readonly versions: VersionStore;
  readonly slices: ProcessSlices;
  readonly rooms: readonly Room[];
}

type SetGauge = (name: string, value: number, labels?: Readonly<Record<string, string>>) => void;

/** Gauges that are measured together. Either all of them get a value or none. */
export interface ShopGaugeGroup {
  /** The gauges by name, without the prefix `freshet_`. */
  readonly gauges: Readonly<Record<string, { readonly help: string; readonly labels?: readonly string[] }>>;
  readonly measure: (this: void, set: SetGauge, sources: ShopSources) => Promise<void>;
}

/** Interval between measurements of the database size, for which PostgreSQL adds up the size of all files. */
const SIZE_MS = 60_000;
/** The event rate is computed from the batches of the last `RATE_SECONDS` seconds, at most `RATE_BATCHES` of them. */
const RATE_SECONDS = 10;
const RATE_BATCHES = 5_000;

declare module '../rooms/room' {
  interface RoomStatics {
    /** Gauges of the shop that the room measures. */
    readonly gauges?: () => Promise<{ readonly gauges: () => readonly ShopGaugeGroup[] }>;
  }
}

/** Returns the gauges of the shop. Their values are the same in every process. */
export async function shopGauges(rooms: readonly Room[]): Promise<readonly ShopGaugeGroup[]> {
  const ofRooms = await Promise.all(rooms.map(async (room) => (await room.gauges?.())?.gauges() ?? []));
  return [...ownGauges(), ...ofRooms.flat()];
}

/** The gauges of the log, the engines, and the rooms that monitoring stands on. */
const ownGauges = (): readonly ShopGaugeGroup[] => [
  {
    gauges: {
      inbox_oldest_age_seconds: { help: 'How long the oldest accepted batch has waited for a worker' },
      inbox_events: { help: 'Accepted events that are not in the log yet' },
    },
    async measure(set, { pool }) {
      const { ageMs, events } = await measureInbox(pool);
      set('inbox_oldest_age_seconds', ageMs / 1_000);
      set('inbox_events', events);
    },
  },
  {
    gauges: {
      pending_merges: { help: 'Acknowledged merges that wait for events in the inbox' },
    },
    async measure(set, { pool }) {
      set('pending_merges', (await measurePendingMerges(pool)).count);
    },
  },
  {
    gauges: {
      pending_erasures: { help: 'Requested erasures that are not finished' },
      pending_erasures_oldest_age_seconds: { help: 'How long the oldest pending erasure has been pending' },
    },
    async measure(set, { pool }) {
      const { count, oldestAgeMs } = await measurePendingErasures(pool);
      set('pending_erasures', count);
      set('pending_erasures_oldest_age_seconds', oldestAgeMs / 1_000);
    },
  },
  {
    gauges: {
      log_position: { help: "The log's newest position" },
      learner_position: { help: 'The position up to which the learner has published what it learned' },
      learner_stalled_seconds: { help: 'How long the learner has made no progress although the log has' },
      log_events_per_second: { help: `Events that entered the log, over the last ${RATE_SECONDS} s` },
    },
    async measure(set, { pool }) {
      set('log_position', await newestPosition(pool));
      set('learner_position', await leasePosition(pool, LEARNER_LEASE));
      set('learner_stalled_seconds', (await measureLearnerStall(pool)).ms / 1_000);
      set('log_events_per_second', await eventsPerSecond(pool));
    },
  },
  {
    gauges: {
      backlog: { help: 'Unfinished work of everything that the shop has accepted, by part', labels: ['part'] },
    },
    async measure(set, { pool, rooms }) {
      const { parts } = await measureBacklog(pool, rooms);
      for (const [part, left] of Object.entries(parts)) set('backlog', left, { part });
    },
  },
  {
    gauges: {
      queue_jobs: { help: 'Waiting and running jobs, by queue', labels: ['queue'] },
      queue_stalled_jobs: { help: 'Active jobs whose worker has lost them, by queue', labels: ['queue'] },
    },
    async measure(set, { queues }) {
      for (const [queue, { jobs, stalled }] of Object.entries(await queues.depths())) {
        set('queue_jobs', jobs, { queue });
        set('queue_stalled_jobs', stalled, { queue });
      }
    },
  },
  {
    gauges: { model_age_seconds: { help: 'Seconds since the active version was fitted, by kind', labels: ['kind'] } },
    async measure(set, { versions, rooms }) {
      for (const kind of kindsOf(rooms)) {
        const active = await versions.active(kind);
        if (active) set('model_age_seconds', (Date.now() - active.fittedAt.getTime()) / 1_000, { kind });
      }
    },
  },
  {
    gauges: {
      stream_watermark_delay_seconds: { help: "How far a stream's watermark is behind the clock", labels: ['stream'] },
    },
    async measure(set, { pool }) {
      const rows = await readWatermarkDelays(pool);
      for (const { stream, delay } of rows) set('stream_watermark_delay_seconds', delay, { stream });
    },
  },
  {
    gauges: {
      postgres_round_trip_seconds: { help: 'Duration of an empty statement' },
      postgres_connections: { help: 'Connections of all clients to the database' },
      postgres_shared_buffers_bytes: { help: 'shared_buffers of PostgreSQL' },
    },
    async measure(set, { pool }) {
      const began = performance.now();
      await pingDatabase(pool);
      set('postgres_round_trip_seconds', (performance.now() - began) / 1_000);
      const row = await readPostgresFigures(pool);
      set('postgres_connections', row.connections);
      set('postgres_shared_buffers_bytes', row.buffers);
    },
  },
  {
    gauges: { postgres_database_bytes: { help: `The size of the database, measured every ${SIZE_MS / 1_000} s` } },
    measure: databaseSize(),
  },
  {
    gauges: {
      redis_round_trip_seconds: { help: 'Duration of a Redis command' },
      redis_memory_bytes: { help: 'Memory that Redis uses for its data' },
      redis_clients: { help: 'Connections of all clients to Redis' },
    },
    async measure(set, { pubSub }) {
      const { seconds, memoryBytes, clients } = await pubSub.measure();
      set('redis_round_trip_seconds', seconds);
      set('redis_memory_bytes', memoryBytes);
      set('redis_clients', clients);
    },
  },
  {
    gauges: { processes: { help: 'Running processes of the shop, by kind', labels: ['kind'] } },
    async measure(set, { slices }) {
      await slices.refresh();
      const running = slices.processes();
      for (const kind of ['API', 'WORKER'])
        set('processes', running.filter((each) => each.kind === kind).length, { kind });
    },
  },
  {
    gauges: {
      alerts_open: { help: 'Alerts that are not resolved, by state and severity', labels: ['state', 'severity'] },
      webhook_deliveries_waiting: { help: 'Deliveries to webhooks that have not succeeded yet' },
      webhook_deliveries_failed: { help: 'Stored deliveries to webhooks that have failed permanently' },
    },
    async measure(set, { pool }) {
      const rows = await countOpenAlerts(pool);
      for (const state of ['PENDING', 'FIRING'])
        for (const severity of ALERT_SEVERITIES) {
          const found = rows.find((row) => row.state === state && row.severity === severity);
          set('alerts_open', found?.alerts ?? 0, { state, severity });
        }
      const { waiting, failed } = await countDeliveries(pool);
      set('webhook_deliveries_waiting', waiting);
      set('webhook_deliveries_failed', failed);
    },
  },
];

async function eventsPerSecond(pool: Pool): Promise<number> {
  const { events, batches, span } = await countRecentEvents(pool, RATE_SECONDS, RATE_BATCHES);
  return (events ?? 0) / (batches < RATE_BATCHES || !span ? RATE_SECONDS : span);
}

function databaseSize(): ShopGaugeGroup['measure'] {
  let measuredAt = -Infinity;
  let bytes = 0;
  return async (set, { pool }) => {
    if (performance.now() - measuredAt > SIZE_MS) {
      bytes = await readDatabaseSize(pool);
      measuredAt = performance.now();
    }
    set('postgres_database_bytes', bytes);
  };
}
