import { LOG_TOPIC } from '../../events/outbox.service';
import type { Lease } from '../../platform/lease';
import { LeasedLoop, type LeasedWork } from '../../platform/leased-loop';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCH_COUNT_LEASE, SEARCHES_COUNTED_TOPIC } from '../search-topics';
import { SearchCounter } from './search-counter.service';

const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Polling interval in case a pub/sub message was lost. */
const POLL_MS = 1_000;
/** Searches that arrive within this time are counted together. */
const BATCH_WINDOW_MS = 200;
const PRUNE_MS = 600_000;

export interface SearchCountWorkerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  readonly keptDays: number;
}

/**
 * Counts searches in the worker that holds the lease. A second counter would be harmless, but would repeat the work.
 */
export class SearchCountWorker {
  private readonly counter: SearchCounter;
  private readonly loop: LeasedLoop;
  private woken = false;
  private prunedAt = -Infinity;

  constructor(private readonly options: SearchCountWorkerOptions) {
    this.counter = new SearchCounter(options.pool, options);
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: SEARCH_COUNT_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      failure: 'searches not counted; retrying',
      begin: (lease) => this.countWith(lease),
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

  private countWith(lease: Lease): LeasedWork {
    const { pubSub } = this.options;
    let position = 0;
    const run = async () => {
      while (!this.loop.isClosing && lease.held) {
        this.woken = false;
        const counted = await this.counter.advance();
        position = counted?.position ?? position;
        if (counted?.changed) pubSub.publish(SEARCHES_COUNTED_TOPIC, position);
        if (counted && !counted.atEnd) continue;
        if (await this.prune()) continue;
        await this.loop.pause(BATCH_WINDOW_MS);
        if (!this.woken) await this.loop.pauseUntilWoken(POLL_MS);
      }
    };
    return { run, position: () => position };
  }

  /**
   * Deletes a batch of expired searches. Once none are left, it does nothing for {@link PRUNE_MS}.
   * @returns whether there may be more expired searches
   */
  private async prune(): Promise<boolean> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return false;
    if (await this.counter.prune()) return true;
    this.prunedAt = performance.now();
    return false;
  }
}
