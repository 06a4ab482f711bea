import { findErased } from '../../events/tombstone.store';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import { lockSearchCounts, reassignSearches, removeSearches, addToQueryLog } from './query-log.store';
import { CLOCK_TOLERANCE, readQueryLogBatch } from './query-log-batch.store';

const BATCH_EVENTS = 5_000;
const PRUNE_BATCH = 2_000;
const DAY_MS = 86_400_000;

/** The tables that the counter fills. */
export const COUNT_TABLES = [
  'searches',
  'search_reactions',
  'search_days',
  'query_days',
  'position_days',
  'query_spellings',
  'past_queries',
];

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
  /** @param options.keptDays retention in UTC days; older searches are removed from the counts */
  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly keptDays: number; readonly now?: () => number },
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
      await execute(client, 'UPDATE search_progress SET position = $1 WHERE id = 1', [position]);
      return { position, atEnd, changed: searches.length + reactions.length + merges.length > 0 };
    });
  }

  /** Deletes a batch of expired searches and reactions. @returns whether any were deleted */
  prune(): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      await this.lock(client);
      const rows = await queryRows<{ id: string }>(
        client,
        'SELECT request_id AS id FROM searches WHERE occurred_at < $1 ORDER BY occurred_at LIMIT $2',
        [this.retentionStart(), PRUNE_BATCH],
      );
      if (rows.length > 0)
        await removeSearches(
          client,
          rows.map(({ id }) => id),
        );
      const rowCount = await execute(
        client,
        `DELETE FROM search_reactions WHERE (source, id, occurred_at) IN (
           SELECT source, id, occurred_at FROM search_reactions WHERE occurred_at < $1::timestamptz - interval '${CLOCK_TOLERANCE}' ORDER BY occurred_at LIMIT $2)`,
        [this.retentionStart(), PRUNE_BATCH],
      );
      return rows.length + rowCount > 0;
    });
  }

  /** Deletes all counts and restarts from the beginning of the log. */
  async reset(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await this.lock(client);
      await execute(client, `TRUNCATE ${COUNT_TABLES.join(', ')}`);
      await execute(client, 'UPDATE search_progress SET position = 0 WHERE id = 1');
    });
  }

  /**
   * Takes the lock on the search counts, and so waits for other counters and a running erasure, which hold it.
   * `findErased` takes another lock, so that an erasure that starts later waits for this transaction.
   */
  private async lock(client: PoolClient): Promise<number> {
    await findErased(client, []);
    return lockSearchCounts(client);
  }

  private retentionStart(): Date {
    const today = Math.floor((this.options.now?.() ?? Date.now()) / DAY_MS);
    return new Date((today - this.options.keptDays) * DAY_MS);
  }
}
