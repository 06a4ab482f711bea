import { storeFollowerPosition } from '../../events/follower.store';
import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryOne } from '../../platform/sql';
import { SEARCH_COUNT_LEASE } from '../search-topics';
import { CLOCK_TOLERANCE } from './query-log-batch.store';

const PRUNE_BATCH = 2_000;

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

export function readExpiredSearches(client: PoolClient, before: Date): Promise<string[]> {
  return queryColumn<{ id: string }>(
    client,
    'SELECT request_id AS id FROM searches WHERE occurred_at < $1 ORDER BY occurred_at LIMIT $2',
    [before, PRUNE_BATCH],
  );
}

/** @returns the number of deleted reactions */
export function deleteExpiredReactions(client: PoolClient, before: Date): Promise<number> {
  return execute(
    client,
    `DELETE FROM search_reactions WHERE (source, id, occurred_at) IN (
     SELECT source, id, occurred_at FROM search_reactions WHERE occurred_at < $1::timestamptz - interval '${CLOCK_TOLERANCE}' ORDER BY occurred_at LIMIT $2)`,
    [before, PRUNE_BATCH],
  );
}

export async function truncateCounts(client: PoolClient): Promise<void> {
  await execute(client, `TRUNCATE ${COUNT_TABLES.join(', ')}`);
}

/** Starts again from the beginning of the log, with days of this time zone. */
export async function resetProgress(client: PoolClient, timeZone: string): Promise<void> {
  await storeFollowerPosition(client, SEARCH_COUNT_LEASE, 0);
  await execute(
    client,
    'INSERT INTO search_progress (time_zone) VALUES ($1) ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone',
    [timeZone],
  );
}

export async function countAllSearches(pool: Pool): Promise<number> {
  const row = await queryOne<{ searches: number }>(
    pool,
    'SELECT coalesce(sum(searches), 0)::int AS searches FROM search_days',
  );
  return row.searches;
}
