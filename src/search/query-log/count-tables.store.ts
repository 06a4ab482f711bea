import type { PoolClient } from '../../platform/postgres';
import { execute } from '../../platform/sql';
import { MAX_SUGGEST_MIN_CUSTOMERS } from '../../config';
import { type CountChanges } from './counted-search';

/**
 * Popularity uses forward decay: a search counts 2^(d / half-life), where d is the number of days from this day to the
 * search. This weight never changes, so stored sums need no updates as time passes. They fit a double until the year
 * 2110.
 */
const LANDMARK = '2026-01-01';
const HALF_LIFE_DAYS = 30;

/** Stores count changes in the caller's transaction. Rows whose counts are all 0 are deleted. */
export async function storeCountChanges(client: PoolClient, changes: CountChanges): Promise<void> {
  await write(
    client,
    'search_days',
    ['day'],
    SEARCH_COUNTS,
    [...changes.days].map(([day, counts]) => ({ day, ...counts })),
  );
  await write(client, 'query_days', ['query', 'day'], SEARCH_COUNTS, [...changes.queryDays.values()]);
  await write(client, 'query_spellings', ['query', 'text'], ['searches'], [...changes.spellings.values()]);
  await write(
    client,
    'position_days',
    ['day', 'position'],
    ['impressions', 'clicks', 'purchases'],
    [...changes.positions.values()],
  );
  await refreshQueries(client, changes.queries);
}

const SEARCH_COUNTS = ['searches', 'withoutResults', 'clicked', 'bought'];
const TYPES: Readonly<Record<string, string>> = { day: 'date', query: 'text', text: 'text', position: 'smallint' };

async function write(
  client: PoolClient,
  table: string,
  keys: readonly string[],
  counts: readonly string[],
  rows: readonly object[],
): Promise<void> {
  const changed = rows.filter((row) => counts.some((name) => (row as Record<string, number>)[name] !== 0));
  if (changed.length === 0) return;
  const columns = [...keys, ...counts];
  const types = columns.map((name) => `"${name}" ${TYPES[name] ?? 'int'}`).join(', ');
  const keyCondition = keys.map((key) => `t.${key} = r.${key}`).join(' AND ');
  await execute(
    client,
    `INSERT INTO ${table} AS t (${columns.map(columnOf).join(', ')})
     SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM json_to_recordset($1) AS r (${types})
     ON CONFLICT (${keys.join(', ')}) DO UPDATE
       SET ${counts.map((name) => `${columnOf(name)} = t.${columnOf(name)} + excluded.${columnOf(name)}`).join(', ')}`,
    [JSON.stringify(changed)],
  );
  await execute(
    client,
    `DELETE FROM ${table} t USING json_to_recordset($1) AS r (${types})
     WHERE ${keyCondition} AND ${counts.map((name) => `t.${columnOf(name)} = 0`).join(' AND ')}`,
    [JSON.stringify(changed)],
  );
}

function columnOf(name: string): string {
  return name === 'withoutResults' ? 'without_results' : name;
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

/** Counts distinct customers by an index skip scan, because a frequent query has many searches. */
const REFRESH = `
  INSERT INTO past_queries AS p (query, text, searches, clicked, popularity, customers)
  SELECT t.query, s.text, d.searches, d.clicked, d.popularity, c.customers
  FROM (SELECT DISTINCT unnest($1::text[]) AS query) t
  CROSS JOIN LATERAL (
    SELECT sum(searches) AS searches, sum(clicked) AS clicked,
      sum(searches * power(2, (day - date '${LANDMARK}') / ${HALF_LIFE_DAYS}.0::float8) ORDER BY day) AS popularity
    FROM query_days WHERE query = t.query OFFSET 0
  ) d
  CROSS JOIN LATERAL (
    SELECT text FROM query_spellings WHERE query = t.query ORDER BY searches DESC, text COLLATE "C" LIMIT 1
  ) s
  CROSS JOIN LATERAL (
    WITH RECURSIVE seen AS (
      (SELECT owner, 1 AS n FROM searches WHERE query = t.query AND owner IS NOT NULL ORDER BY owner LIMIT 1)
      UNION ALL
      SELECT next.owner, seen.n + 1 FROM seen CROSS JOIN LATERAL (
        SELECT owner FROM searches WHERE query = t.query AND owner > seen.owner ORDER BY owner LIMIT 1
      ) next WHERE seen.n < $2
    )
    SELECT count(*) AS customers FROM seen
  ) c
  ON CONFLICT (query) DO UPDATE SET text = excluded.text, searches = excluded.searches, clicked = excluded.clicked,
    popularity = excluded.popularity, customers = excluded.customers`;
