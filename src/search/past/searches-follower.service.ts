import { LOG_TOPIC } from '../../events/outbox';
import { Lease } from '../../platform/lease';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_LEASE, SEARCHES_TOPIC } from '../search-names';
import { SearchCounter } from './search-counter.service';

const LEASE_MS = 5_000;
/** How often those without the lease ask for it. */
const ACQUIRE_MS = 1_000;
/** A message may have been lost. */
const POLL_MS = 1_000;
/** What comes within it is counted together. */
const GATHER_MS = 200;
const PRUNE_MS = 600_000;

export interface SearchesFollowerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  readonly keptDays: number;
}

/** Counts searches in whichever worker holds the lease: two would do no harm, and the work twice. */
export class SearchesFollower {
  private readonly counter: SearchCounter;
  private closing = false;
  private woken = false;
  private wake: () => void = () => undefined;
  private prunedAt = -Infinity;

  constructor(private readonly options: SearchesFollowerOptions) {
    this.counter = new SearchCounter(options.pool, options);
  }

  /** Until closed. */
  async run(): Promise<void> {
    const { pool, pubSub, log } = this.options;
    const stop = pubSub.listen(LOG_TOPIC, () => this.rouse());
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(pool, log, SEARCHES_LEASE, LEASE_MS);
        if (lease) await this.lead(lease);
        else await this.rest(ACQUIRE_MS);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'searches are not counted; it will be tried again');
        await this.rest(ACQUIRE_MS);
      }
    }
    stop();
  }

  /** Finishes what it is at. */
  close(): void {
    this.closing = true;
    this.rouse();
  }

  private async lead(lease: Lease): Promise<void> {
    const { pubSub, log } = this.options;
    let position = 0;
    lease.keep(
      () => position,
      (reason) => log.warn({ reason }, 'lease of the counts of searches lost'),
    );
    try {
      while (!this.closing && lease.held) {
        this.woken = false;
        const counted = await this.counter.advance();
        position = counted?.position ?? position;
        if (counted?.changed) pubSub.publish(SEARCHES_TOPIC, position);
        if (counted && !counted.atEnd) continue;
        if (await this.prune()) continue;
        await this.rest(GATHER_MS);
        if (!this.woken) await this.rest(POLL_MS, true);
      }
    } finally {
      await lease.release(position).catch(() => undefined);
    }
  }

  /** @returns whether there may be more of it */
  private async prune(): Promise<boolean> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return false;
    if (await this.counter.prune()) return true;
    this.prunedAt = performance.now();
    return false;
  }

  private rouse(): void {
    this.woken = true;
    this.wake();
  }

  /** @param roused whether news end it */
  private async rest(ms: number, roused = false): Promise<void> {
    if (this.closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        if (!roused && !this.closing) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
