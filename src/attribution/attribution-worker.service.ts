import { LOG_TOPIC } from '../events/outbox.service';
import type { Lease } from '../platform/lease';
import { LeasedLoop, type LeasedWork } from '../platform/leased-loop';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { ATTRIBUTION_LEASE, BUSINESS_TOPIC } from './attribution-topics';
import { Attribution, type AttributionOptions } from './attribution.service';

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval. Polling finds visits that have become due, and makes up for lost pub/sub messages. */
const POLL_MS = 1_000;
/** Events that arrive within this time are marked together. */
const BATCH_WINDOW_MS = 200;

export interface AttributionWorkerOptions extends AttributionOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
}

/**
 * Attributes orders in the worker that holds the lease. A second one would be harmless, but would repeat the work.
 */
export class AttributionWorker {
  private readonly attribution: Attribution;
  private readonly loop: LeasedLoop;
  private woken = false;

  constructor(private readonly options: AttributionWorkerOptions) {
    const onFailure = (error: Error) =>
      options.log.error({ error: error.message }, 'a visitor is not in the business report; retrying in ten minutes');
    this.attribution = new Attribution(options.pool, { ...options, onFailure });
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: ATTRIBUTION_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      failure: 'orders not attributed; retrying',
      begin: (lease) => this.attributeWith(lease),
    });
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    const stop = this.options.pubSub.listen(LOG_TOPIC, () => {
      this.woken = true;
      this.loop.wake();
    });
    await this.loop.run();
    stop();
  }

  /** Ends {@link run} after the current step. */
  close(): void {
    this.loop.close();
  }

  private attributeWith(lease: Lease): LeasedWork {
    let position = 0;
    const run = async () => {
      while (!this.loop.isClosing && lease.held) {
        this.woken = false;
        const begun = performance.now();
        const step = await this.attribution.step();
        position = step.position;
        if (step.changed) this.options.pubSub.publish(BUSINESS_TOPIC, position);
        // At most half of the time is spent, so that a burst of events or an import slows down nothing else. Visitors
        // that act again meanwhile are computed once.
        await this.loop.pause(Math.max(step.more ? 0 : BATCH_WINDOW_MS, performance.now() - begun));
        if (!step.more && !this.woken) await this.loop.pauseUntilWoken(POLL_MS);
      }
    };
    return { run, position: () => position };
  }
}
