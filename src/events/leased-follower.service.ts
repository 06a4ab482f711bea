import type { Lease } from '../platform/lease';
import { LeasedLoop } from '../platform/leased-loop';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { LOG_TOPIC } from './outbox.service';

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval. Polling finds what becomes due, and makes up for lost pub/sub messages. */
const POLL_MS = 1_000;
/** Events that arrive within this time are processed together. */
const BATCH_WINDOW_MS = 200;

export interface FollowerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
}

export interface LeasedFollowerOptions extends FollowerOptions {
  /** The name of the lease. */
  readonly lease: string;
  /** The message that is logged with each failure. */
  readonly failure: string;
  readonly batchWindowMs?: number;
  /** Topics whose messages end a pause, besides that of the log. */
  readonly topics?: readonly string[];
}

export interface FollowerStep {
  /** Whether there is more to do. If not, the next step begins after a change or after `pollMs`. */
  readonly more: boolean;
  /** A pause before the next step that no change ends. */
  readonly restMs?: number;
  readonly pollMs?: number;
}

/**
 * Follows the log step by step in the process that holds a lease. A second one would be harmless, but would repeat the
 * work: the results of a step are stored together with its position (`follower.store.ts`), or can be stored again.
 */
export abstract class LeasedFollower {
  protected readonly loop: LeasedLoop;
  private woken = false;

  constructor(private readonly following: LeasedFollowerOptions) {
    const { pool, log, lease, failure } = following;
    this.loop = new LeasedLoop({
      ...{ pool, log, name: lease, failure },
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      begin: (held) => ({ run: () => this.followWith(held) }),
    });
  }

  /** Does the next piece of work, and stores the log position that it reached with its results. */
  protected abstract step(lease: Lease): Promise<FollowerStep>;

  /** Called when this process acquires the lease, before its first step. */
  protected begin(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    const wake = () => {
      this.woken = true;
      this.loop.wake();
    };
    const { pubSub, topics = [] } = this.following;
    const stops = [LOG_TOPIC, ...topics].map((topic) => pubSub.listen(topic, wake));
    await this.loop.run();
    for (const stop of stops) stop();
  }

  /** Ends {@link run} after the current step. */
  close(): void {
    this.loop.close();
  }

  private async followWith(lease: Lease): Promise<void> {
    await this.begin();
    while (!this.loop.isClosing && lease.held) {
      this.woken = false;
      const { more, restMs = 0, pollMs = POLL_MS } = await this.step(lease);
      await this.loop.pause(more ? restMs : Math.max(restMs, this.following.batchWindowMs ?? BATCH_WINDOW_MS));
      if (!more && !this.woken) await this.loop.pauseUntilWoken(pollMs);
    }
  }
}
