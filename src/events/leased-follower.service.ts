import type { Lease } from '../platform/lease';
import { LeasedLoop, type LeasedWork } from '../platform/leased-loop';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { LOG_TOPIC } from './outbox.service';

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval in case a pub/sub message was lost. */
const POLL_MS = 1_000;
/** Events that arrive within this time are processed together. */
const BATCH_WINDOW_MS = 200;

export interface LeasedFollowerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  /** The name of the lease. */
  readonly lease: string;
  /** The message that is logged with each failure. */
  readonly failure: string;
  /** Processes the next batch of the log, and stores the last position of the batch with its results. */
  readonly advance: () => Promise<{ readonly position: number; readonly atEnd: boolean } | null>;
  /** Called at the end of the log. Returns whether there is more such work, which is then done before the next pause. */
  readonly atEnd?: () => Promise<boolean>;
}

/**
 * Follows the log batch by batch in the process that holds a lease. A second one would be harmless, because the results
 * of a batch are stored together with its position, but would repeat the work.
 */
export class LeasedFollower {
  private readonly loop: LeasedLoop;
  private woken = false;

  constructor(private readonly options: LeasedFollowerOptions) {
    const { pool, log, lease, failure } = options;
    this.loop = new LeasedLoop({
      ...{ pool, log, name: lease, failure },
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      begin: (held) => this.followWith(held),
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

  /** Ends {@link run} after the current batch. */
  close(): void {
    this.loop.close();
  }

  private followWith(lease: Lease): LeasedWork {
    let position = 0;
    const run = async () => {
      while (!this.loop.isClosing && lease.held) {
        this.woken = false;
        const batch = await this.options.advance();
        position = batch?.position ?? position;
        if (batch && !batch.atEnd) continue;
        if (await this.options.atEnd?.()) continue;
        await this.loop.pause(BATCH_WINDOW_MS);
        if (!this.woken) await this.loop.pauseUntilWoken(POLL_MS);
      }
    };
    return { run, position: () => position };
  }
}
