import { LeasedFollower, type FollowerOptions, type FollowerStep } from '../../events/leased-follower.service';
import { SEARCH_COUNT_LEASE, SEARCHES_COUNTED_TOPIC } from '../search-topics';
import { SearchCounter } from './search-counter.service';

const PRUNE_MS = 600_000;

export interface SearchCountWorkerOptions extends FollowerOptions {
  readonly keptDays: number;
  /** IANA name of the time zone in which the shop's days begin. */
  readonly timeZone: string;
}

/** Counts searches in the worker that holds the lease. */
export class SearchCountWorker extends LeasedFollower {
  private readonly counter: SearchCounter;
  private prunedAt = -Infinity;

  constructor(private readonly options: SearchCountWorkerOptions) {
    super({ ...options, lease: SEARCH_COUNT_LEASE, failure: 'searches not counted; retrying' });
    this.counter = new SearchCounter(options.pool, options);
  }

  protected async step(): Promise<FollowerStep> {
    const counted = await this.counter.advance();
    if (counted?.changed) this.options.pubSub.publish(SEARCHES_COUNTED_TOPIC, counted.position);
    return { more: counted?.atEnd === false || (await this.prune()) };
  }

  /** Deletes some expired searches. Once none are left, it does nothing for {@link PRUNE_MS}. */
  private async prune(): Promise<boolean> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return false;
    if (await this.counter.prune()) return true;
    this.prunedAt = performance.now();
    return false;
  }
}
