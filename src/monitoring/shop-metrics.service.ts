import { Gauge, type Registry } from 'prom-client';
import type { LogFollower } from '../events/log-follower';
import { measureInbox } from '../events/inbox-pressure.service';
import { newestPosition } from '../events/position';
import { MODEL_KINDS } from '../models/model-kind';
import type { VersionStore } from '../models/version-store.service';
import { leasePosition } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import { LEARNER_LEASE } from '../recommend/learner-names';

/** However often it is asked for. */
const LOOK_MS = 1_000;

export interface ShopMetricsOptions {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly versions: VersionStore;
  readonly follower: LogFollower;
  readonly log: Logger;
}

/** How the shop is, whichever process is asked: what waits, how far everything is, how old models are. */
export class ShopMetrics {
  private lookedAt = -Infinity;
  private looking: Promise<void> = Promise.resolve();
  private readonly gauges: Readonly<Record<Name, Gauge<string>>>;

  constructor(
    registry: Registry,
    private readonly options: ShopMetricsOptions,
  ) {
    const gauge = ([name, { help, label }]: (typeof GAUGES)[number]) =>
      [
        name,
        new Gauge({ name: `freshet_${name}`, help, labelNames: label ? [label] : [], registers: [registry] }),
      ] as const;
    this.gauges = Object.fromEntries(GAUGES.map(gauge)) as Record<Name, Gauge<string>>;
  }

  /** Looks, unless it has just done so. What can't be found out is not told. */
  refresh(): Promise<void> {
    if (performance.now() - this.lookedAt < LOOK_MS) return this.looking;
    this.lookedAt = performance.now();
    return (this.looking = this.look());
  }

  private async look(): Promise<void> {
    const { pool, queues, versions, follower } = this.options;
    await Promise.all([
      this.tell(['inbox_oldest_age_seconds', 'inbox_events'], async (set) => {
        const { ageMs, events } = await measureInbox(pool);
        set('inbox_oldest_age_seconds', ageMs / 1_000);
        set('inbox_events', events);
      }),
      this.tell(['log_position', 'read_models_position', 'learner_position'], async (set) => {
        set('log_position', await newestPosition(pool));
        set('read_models_position', follower.position);
        set('learner_position', await leasePosition(pool, LEARNER_LEASE));
      }),
      this.tell(['queue_jobs'], async (set) => {
        for (const [queue, jobs] of Object.entries(await queues.depths())) set('queue_jobs', jobs, { queue });
      }),
      this.tell(['model_age_seconds'], async (set) => {
        for (const kind of MODEL_KINDS) {
          const active = await versions.active(kind);
          if (active) set('model_age_seconds', (Date.now() - active.fittedAt.getTime()) / 1_000, { kind });
        }
      }),
    ]);
  }

  private async tell(
    names: readonly Name[],
    measure: (set: (name: Name, value: number, labels?: Record<string, string>) => void) => Promise<void>,
  ): Promise<void> {
    const told: [Name, number, Record<string, string>][] = [];
    try {
      await measure((name, value, labels = {}) => told.push([name, value, labels]));
    } catch (error) {
      this.options.log.warn({ metrics: names, error: (error as Error).message }, 'not measured');
    }
    for (const name of names) this.gauges[name].reset();
    for (const [name, value, labels] of told) this.gauges[name].set(labels, value);
  }
}

type Name =
  | 'inbox_oldest_age_seconds'
  | 'inbox_events'
  | 'log_position'
  | 'read_models_position'
  | 'learner_position'
  | 'queue_jobs'
  | 'model_age_seconds';

const GAUGES: readonly (readonly [Name, { readonly help: string; readonly label?: string }])[] = [
  ['inbox_oldest_age_seconds', { help: 'How long the oldest accepted batch has waited for a worker' }],
  ['inbox_events', { help: 'Accepted events that are not in the log yet' }],
  ['log_position', { help: "The log's newest position" }],
  ['read_models_position', { help: 'The position that this process answers from' }],
  ['learner_position', { help: 'The position up to which the learner has told what it learned' }],
  ['queue_jobs', { help: 'Jobs that wait or run, by queue', label: 'queue' }],
  ['model_age_seconds', { help: 'Since the active version was made, by kind', label: 'kind' }],
];
