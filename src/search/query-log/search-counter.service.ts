import { storeFollowerPosition } from '../../events/follower.store';
import { findErased } from '../../events/tombstone.store';
import { MS_PER_DAY } from '../../learn/durations';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { SEARCH_COUNT_LEASE } from '../search-topics';
import { lockSearchCounts, reassignSearches, removeSearches, addToQueryLog } from './query-log.store';
import { readQueryLogBatch } from './query-log-batch.store';
import { readExpiredSearches, deleteExpiredReactions, truncateCounts, resetProgress } from './search-progress.store';

const BATCH_EVENTS = 5_000;

export interface SearchCountProgress {
  readonly position: number;
  readonly atEnd: boolean;
  /** Whether the batch changed the query log. */
  readonly changed: boolean;
}

/**
 * Counts searches and the reactions to them. It follows the log in order of position and stores the changes of a batch
 * and the batch's last position in one transaction. So neither a crash nor two concurrent counters make it miss a
 * search or count it twice, and the tables equal a recount of the log.
 */
export class SearchCounter {
  /**
   * @param options.keptDays retention in UTC days; older searches are removed from the counts
   * @param options.timeZone IANA name of the time zone in which the shop's days begin
   */
  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly keptDays: number; readonly timeZone: string; readonly now?: () => number },
  ) {}

  /** Counts the next batch of the log. @returns null at the end of the log */
  advance(): Promise<SearchCountProgress | null> {
    return inTransaction(this.pool, async (client) => {
      const after = await this.lock(client);
      const batch = await readQueryLogBatch(client, after, BATCH_EVENTS, this.retentionStart());
      if (batch === null) return null;
      const { position, atEnd, searches, reactions, merges } = batch;
      if (searches.length + reactions.length > 0) await addToQueryLog(client, searches, reactions);
      for (const merge of merges) await reassignSearches(client, merge.from, merge.into, merge.position);
      await storeFollowerPosition(client, SEARCH_COUNT_LEASE, position);
      return { position, atEnd, changed: searches.length + reactions.length + merges.length > 0 };
    });
  }

  /** Deletes a batch of expired searches and reactions. @returns whether any were deleted */
  prune(): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      await this.lock(client);
      const expired = await readExpiredSearches(client, this.retentionStart());
      if (expired.length > 0) await removeSearches(client, expired);
      const reactionCount = await deleteExpiredReactions(client, this.retentionStart());
      return expired.length + reactionCount > 0;
    });
  }

  /** Deletes all counts and restarts from the beginning of the log. */
  async reset(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await this.lock(client);
      await this.startAgain(client);
    });
  }

  private async startAgain(client: PoolClient): Promise<void> {
    await truncateCounts(client);
    await resetProgress(client, this.options.timeZone);
  }

  /**
   * Takes the lock on the search counts, and so waits for other counters and a running erasure, which hold it.
   * `findErased` takes another lock, so that an erasure that starts later waits for this transaction. With another time
   * zone, everything is counted again.
   * @returns the log position that the counts cover
   */
  private async lock(client: PoolClient): Promise<number> {
    await findErased(client, []);
    const { position, timeZone } = await lockSearchCounts(client);
    if (timeZone === this.options.timeZone) return position;
    await this.startAgain(client);
    return 0;
  }

  private retentionStart(): Date {
    const today = Math.floor((this.options.now?.() ?? Date.now()) / MS_PER_DAY);
    return new Date((today - this.options.keptDays) * MS_PER_DAY);
  }
}
