import type { LoggedQuery } from './query-prefix-index';
import type { Pool } from '../../platform/postgres';
import { queryColumn, queryRows } from '../../platform/sql';

/**
 * Number of queries with the highest scores that are loaded. For each hidden suggestion, one more is loaded, because
 * hidden ones are left out later.
 */
const MAX_QUERIES = 20_000;

/**
 * The loaded queries are chosen from this number of the most popular queries. It is larger than {@link MAX_QUERIES},
 * because the score also depends on the click rate.
 */
const CANDIDATES = 60_000;

/** Each query's click rate is computed as if it had this many more searches, clicked at the shop's mean rate. */
const SMOOTHING = 20;

/** Queries with excluded words (`-word`) are never suggested, because the excluded words may be private. */
const READ = `
  SELECT query AS key, text, popularity * (clicked + $2::float8 * share) / (searches + $2::float8) AS score
  FROM (
    SELECT query, text, popularity, clicked, searches FROM past_queries
    WHERE customers >= $1 AND query !~ '(^| )-' ORDER BY popularity DESC LIMIT $3
  ) popular CROSS JOIN (
    SELECT coalesce((sum(clicked) + 1)::float8 / (sum(searches) + 2), 0.5) AS share FROM search_days
  ) shop ORDER BY score DESC, query LIMIT $4 + (SELECT count(*) FROM hidden_suggestions)`;

/** Number of queries that {@link readClickedQueries} returns at most, the most popular ones. */
const MAX_CLICKED_QUERIES = 20_000;

/** Returns the queries after which at least this number of customers or sessions clicked, as they were typed. */
export function readClickedQueries(pool: Pool, minCustomers: number): Promise<string[]> {
  return queryColumn<{ query: string }>(
    pool,
    `SELECT query FROM past_queries WHERE clickers >= $1 AND query !~ '(^| )-' ORDER BY popularity DESC LIMIT $2`,
    [minCustomers, MAX_CLICKED_QUERIES],
  );
}

/** Returns the queries that suggestions may use, best first. */
export function readLoggedQueries(pool: Pool, minCustomers: number): Promise<LoggedQuery[]> {
  return queryRows<LoggedQuery>(pool, READ, [minCustomers, SMOOTHING, CANDIDATES, MAX_QUERIES]);
}
