import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

export interface QueryCounts {
  /** The query key. */
  readonly query: string;
  readonly searches: number;
  readonly withoutResults: number;
  readonly clicked: number;
  readonly followedByPurchase: number;
  /** Searches in the preceding range of the same length. */
  readonly before: number;
}

const DAY = `date '1970-01-01' + $1::int`;

function candidatesBy(column: string): string {
  return `
    WITH chosen AS MATERIALIZED (
      SELECT d.day, q.query, q.value FROM generate_series(0, $2::int - 1) AS d (day) CROSS JOIN LATERAL (
        SELECT query, ${column} AS value FROM query_days WHERE day = ${DAY} + d.day AND ${column} > 0
        ORDER BY ${column} DESC LIMIT $3
      ) q
    ), others AS (
      SELECT coalesce(sum(value), 0)::float8 AS most
      FROM (SELECT min(value) AS value FROM chosen GROUP BY day HAVING count(*) >= $3) ends
    )
    SELECT c.query, n.*, b.before, others.most AS "othersAtMost"
    FROM (SELECT DISTINCT query FROM chosen) c CROSS JOIN others
    CROSS JOIN LATERAL (
      SELECT sum(searches)::float8 AS searches, sum(without_results)::float8 AS "withoutResults", sum(clicked)::float8 AS clicked,
        sum(bought)::float8 AS "followedByPurchase"
      FROM query_days WHERE query = c.query AND day >= ${DAY} AND day < ${DAY} + $2::int OFFSET 0
    ) n
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(searches), 0)::float8 AS before
      FROM query_days WHERE query = c.query AND day >= ${DAY} - $2::int AND day < ${DAY} OFFSET 0
    ) b ORDER BY n.searches DESC, c.query`;
}

/** Returns the most frequent `queriesPerDay` queries of each day by a count, with their counts over the whole range. */
export function readCandidates(
  client: PoolClient,
  column: 'searches' | 'without_results',
  begin: number,
  days: number,
  queriesPerDay: number,
) {
  return queryRows<QueryCounts & { othersAtMost: number }>(client, candidatesBy(column), [begin, days, queriesPerDay]);
}

/** Returns the most frequent spelling of each query. */
export function readTexts(client: PoolClient, queries: readonly string[]) {
  return queryRows<{ query: string; text: string }>(
    client,
    'SELECT query, text FROM past_queries WHERE query = ANY($1)',
    [queries],
  );
}

/** A range of whole days of the shop. `begin` is the number of days since 1970-01-01. */
export interface DayRange {
  readonly begin: number;
  readonly days: number;
}
