import { LOG_TOPIC } from '../../events/outbox.service';
import { Lease } from '../../platform/lease';
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
  private closing = false;
  private woken = false;
  private wake: () => void = () => undefined;
  private prunedAt = -Infinity;

  constructor(private readonly options: SearchCountWorkerOptions) {
    this.counter = new SearchCounter(options.pool, options);
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    const { pool, pubSub, log } = this.options;
    const stop = pubSub.listen(LOG_TOPIC, () => this.wakeUp());
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(pool, log, SEARCH_COUNT_LEASE, LEASE_MS);
        if (lease) await this.countWithLease(lease);
        else await this.sleep(ACQUIRE_MS);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'searches not counted; retrying');
        await this.sleep(ACQUIRE_MS);
      }
    }
    stop();
  }

  /** Ends {@link run} after the current batch. */
  close(): void {
    this.closing = true;
    this.wakeUp();
  }

  private async countWithLease(lease: Lease): Promise<void> {
    const { pubSub, log } = this.options;
    let position = 0;
    lease.startRenewing(
      () => position,
      (reason) => log.warn({ reason }, 'search count lease lost'),
    );
    try {
      while (!this.closing && lease.held) {
        this.woken = false;
        const counted = await this.counter.advance();
        position = counted?.position ?? position;
        if (counted?.changed) pubSub.publish(SEARCHES_COUNTED_TOPIC, position);
        if (counted && !counted.atEnd) continue;
        if (await this.prune()) continue;
        await this.sleep(BATCH_WINDOW_MS);
        if (!this.woken) await this.sleep(POLL_MS, true);
      }
    } finally {
      await lease.release(position).catch(() => undefined);
    }
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

  private wakeUp(): void {
    this.woken = true;
    this.wake();
  }

  /** Sleeps. @param isInterruptible whether a pub/sub message ends the sleep early */
  private async sleep(ms: number, isInterruptible = false): Promise<void> {
    if (this.closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        if (!isInterruptible && !this.closing) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
