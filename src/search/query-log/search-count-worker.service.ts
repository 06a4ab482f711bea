import { LeasedFollower } from '../../events/leased-follower.service';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCH_COUNT_LEASE, SEARCHES_COUNTED_TOPIC } from '../search-topics';
import { SearchCounter } from './search-counter.service';

const PRUNE_MS = 600_000;

export interface SearchCountWorkerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  readonly keptDays: number;
  /** IANA name of the time zone in which the shop's days begin. */
  readonly timeZone: string;
}

/** Counts searches in the worker that holds the lease. */
export class SearchCountWorker extends LeasedFollower {
  constructor(options: SearchCountWorkerOptions) {
    const { pool, pubSub, log } = options;
    const counter = new SearchCounter(pool, options);
    let prunedAt = -Infinity;
    super({
      ...{ pool, pubSub, log, lease: SEARCH_COUNT_LEASE },
      failure: 'searches not counted; retrying',
      advance: async () => {
        const counted = await counter.advance();
        if (counted?.changed) pubSub.publish(SEARCHES_COUNTED_TOPIC, counted.position);
        return counted;
      },
      // Deletes expired searches. Once none are left, it does nothing for PRUNE_MS.
      atEnd: async () => {
        if (performance.now() < prunedAt + PRUNE_MS) return false;
        if (await counter.prune()) return true;
        prunedAt = performance.now();
        return false;
      },
    });
  }
}
