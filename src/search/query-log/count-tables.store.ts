import { addCounts } from '../../platform/add-counts';
import type { PoolClient } from '../../platform/postgres';
import { execute } from '../../platform/sql';
import { MAX_SUGGEST_MIN_CUSTOMERS } from '../../config';
import type { CountChanges, SearchCounts } from './counted-search';

/**
 * Popularity uses forward decay: a search counts 2^(d / half-life), where d is the number of days from this day to the
 * search. This weight never changes, so stored sums need no updates as time passes. They fit a double until the year
 * 2110.
 */
const LANDMARK = '2026-01-01';
const HALF_LIFE_DAYS = 30;

const COUNTS_OF_SEARCHES = { searches: 'int', without_results: 'int', clicked: 'int', bought: 'int' } as const;
const SEARCH_DAYS = { table: 'search_days', keys: { day: 'date' }, counts: COUNTS_OF_SEARCHES } as const;
const QUERY_DAYS = { table: 'query_days', keys: { query: 'text', day: 'date' }, counts: COUNTS_OF_SEARCHES } as const;
const QUERY_SPELLINGS = {
  table: 'query_spellings',
  keys: { query: 'text', text: 'text' },
  counts: { searches: 'int' },
} as const;
const POSITION_DAYS = {
  table: 'position_days',
  keys: { day: 'date', position: 'smallint' },
  counts: { impressions: 'int', clicks: 'int', purchases: 'int' },
} as const;

/** Stores count changes in the caller's transaction. Rows whose counts are all 0 are deleted. */
export async function storeCountChanges(client: PoolClient, changes: CountChanges): Promise<void> {
  const columnsOf = <Counts extends SearchCounts>({ withoutResults, ...counts }: Counts) => ({
    ...counts,
    without_results: withoutResults,
  });
  await addCounts(
    client,
    SEARCH_DAYS,
    [...changes.days].map(([day, counts]) => ({ day, ...columnsOf(counts) })),
  );
  await addCounts(client, QUERY_DAYS, [...changes.queryDays.values()].map(columnsOf));
  await addCounts(client, QUERY_SPELLINGS, [...changes.spellings.values()]);
  await addCounts(client, POSITION_DAYS, [...changes.positions.values()]);
  await refreshQueries(client, changes.queries);
}

/** Recomputes the totals of queries over all days from their daily counts. */
export async function refreshQueries(client: PoolClient, queries: readonly string[]): Promise<void> {
  if (queries.length === 0) return;
  await execute(client, REFRESH, [queries, MAX_SUGGEST_MIN_CUSTOMERS]);
  await execute(
    client,
    `DELETE FROM past_queries p WHERE query = ANY($1) AND NOT EXISTS (SELECT FROM query_days WHERE query = p.query)`,
    [queries],
  );
}

/** Counts distinct owners of searches by an index skip scan, because a frequent query has many searches. */
const countOwners = (condition: string) => `
    WITH RECURSIVE seen AS (
      (SELECT owner, 1 AS n FROM searches WHERE query = t.query AND owner IS NOT NULL AND ${condition} ORDER BY owner LIMIT 1)
      UNION ALL
      SELECT next.owner, seen.n + 1 FROM seen CROSS JOIN LATERAL (
        SELECT owner FROM searches WHERE query = t.query AND owner > seen.owner AND ${condition} ORDER BY owner LIMIT 1
      ) next WHERE seen.n < $2
    )
    SELECT count(*) AS owners FROM seen`;

const REFRESH = `
  INSERT INTO past_queries AS p (query, text, searches, clicked, popularity, customers, clickers)
  SELECT t.query, s.text, d.searches, d.clicked, d.popularity, c.owners, k.owners
  FROM (SELECT DISTINCT unnest($1::text[]) AS query) t
  CROSS JOIN LATERAL (
    SELECT sum(searches) AS searches, sum(clicked) AS clicked,
      sum(searches * power(2, (day - date '${LANDMARK}') / ${HALF_LIFE_DAYS}.0::float8) ORDER BY day) AS popularity
    FROM query_days WHERE query = t.query OFFSET 0
  ) d
  CROSS JOIN LATERAL (
    SELECT text FROM query_spellings WHERE query = t.query ORDER BY searches DESC, text COLLATE "C" LIMIT 1
  ) s
  CROSS JOIN LATERAL (${countOwners('true')}) c
  CROSS JOIN LATERAL (${countOwners('clicked_as_typed')}) k
  ON CONFLICT (query) DO UPDATE SET text = excluded.text, searches = excluded.searches, clicked = excluded.clicked,
    popularity = excluded.popularity, customers = excluded.customers, clickers = excluded.clickers`;
