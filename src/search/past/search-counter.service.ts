import { erasedAmong } from '../../events/tombstone.service';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { lockSearchCounts, moveOwner, removeSearches, takeIn } from './past-searches.service';
import { EARLY, readSearches } from './search-stretch.service';

const STRETCH_EVENTS = 5_000;
const PRUNED_AT_ONCE = 2_000;
const DAY_MS = 86_400_000;

/** What is counted. */
export const COUNT_TABLES = [
  'searches',
  'search_reactions',
  'search_days',
  'query_days',
  'position_days',
  'query_spellings',
  'past_queries',
];

export interface Counted {
  readonly position: number;
  readonly atEnd: boolean;
  /** Whether it told of searches. */
  readonly changed: boolean;
}

/**
 * Counts searches and what came of them: follows the log in order of position, and writes what a stretch changes in one
 * transaction with the position that it has come to. So being killed, or two at once, counts nothing twice and leaves
 * nothing out, and the tables are what a recount of the log gives.
 */
export class SearchCounter {
  /** @param options.keptDays what is older, by UTC days, is not counted any more */
  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly keptDays: number; readonly now?: () => number },
  ) {}

  /** Takes in the next stretch of the log. @returns null at its end */
  advance(): Promise<Counted | null> {
    return inTransaction(this.pool, async (client) => {
      const after = await this.lock(client);
      const stretch = await readSearches(client, after, STRETCH_EVENTS, this.since());
      if (stretch === null) return null;
      const { position, atEnd, searches, reactions, merges } = stretch;
      if (searches.length + reactions.length > 0) await takeIn(client, searches, reactions);
      for (const merge of merges) await moveOwner(client, merge.from, merge.into, merge.position);
      await client.query('UPDATE search_progress SET position = $1 WHERE id = 1', [position]);
      return { position, atEnd, changed: searches.length + reactions.length + merges.length > 0 };
    });
  }

  /** Forgets some of what is too old. @returns whether there was any */
  prune(): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      await this.lock(client);
      const { rows } = await client.query<{ id: string }>(
        'SELECT request_id AS id FROM searches WHERE occurred_at < $1 ORDER BY occurred_at LIMIT $2',
        [this.since(), PRUNED_AT_ONCE],
      );
      if (rows.length > 0)
        await removeSearches(
          client,
          rows.map(({ id }) => id),
        );
      const { rowCount } = await client.query(
        `DELETE FROM search_reactions WHERE (source, id, occurred_at) IN (
           SELECT source, id, occurred_at FROM search_reactions WHERE occurred_at < $1::timestamptz - interval '${EARLY}' ORDER BY occurred_at LIMIT $2)`,
        [this.since(), PRUNED_AT_ONCE],
      );
      return rows.length + (rowCount ?? 0) > 0;
    });
  }

  /** Begins again: the next stretch is the log's first. */
  async reset(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await this.lock(client);
      await client.query(`TRUNCATE ${COUNT_TABLES.join(', ')}`);
      await client.query('UPDATE search_progress SET position = 0 WHERE id = 1');
    });
  }

  /**
   * One at a time. An erasure that begins later waits for this transaction; one that is under way holds the lock on search
   * counts, so that this transaction reads what it has left.
   */
  private async lock(client: PoolClient): Promise<number> {
    await erasedAmong(client, []);
    return lockSearchCounts(client);
  }

  /** The first day that is kept. */
  private since(): Date {
    const today = Math.floor((this.options.now?.() ?? Date.now()) / DAY_MS);
    return new Date((today - this.options.keptDays) * DAY_MS);
  }
}
