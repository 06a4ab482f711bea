import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

/** Number of queries per day that the first round of {@link QueryDays} reads. */
const INITIAL_QUERIES_PER_DAY = 200;
/** Factor by which the number of queries per day grows in each further round. */
const GROWTH_FACTOR = 4;

/** A range of whole UTC days. `begin` is the number of days since 1970-01-01. */
export interface DayRange {
  readonly begin: number;
  readonly days: number;
}

export interface QueryCounts {
  /** The query key. */
  readonly query: string;
  readonly searches: number;
  readonly withoutResults: number;
  readonly clicked: number;
  readonly bought: number;
  /** Searches in the preceding range of the same length. */
  readonly before: number;
}

export interface CandidateQueries {
  /** The new candidates of this round, with their counts over the whole range. */
  readonly rows: readonly QueryCounts[];
  /**
   * No query that is still to be returned has a greater count over the whole range. Candidates are chosen by this kind
   * of count: searches, or searches without results.
   */
  readonly othersAtMost: number;
}

/** The columns of the counts that candidates can be chosen by. Each column has an index by day. */
const COLUMNS = { searches: 'searches', withoutResults: 'without_results' } as const;

/**
 * Finds the most frequent queries of a range of days without aggregating all queries. Each round reads the most
 * frequent queries of each day by an index, with their counts over all days. A query that is in none of these lists
 * has at most the sum of the last counts of the lists (the threshold algorithm of Fagin, Lotem and Naor 2003), so the
 * caller knows when to stop.
 */
export class QueryDays {
  constructor(
    private readonly client: PoolClient,
    private readonly range: DayRange,
  ) {}

  async *candidates(by: keyof typeof COLUMNS): AsyncIterable<CandidateQueries> {
    const seen = new Set<string>();
    for (let queriesPerDay = INITIAL_QUERIES_PER_DAY; ; queriesPerDay *= GROWTH_FACTOR) {
      const { begin, days } = this.range;
      const allRows = await queryRows<QueryCounts & { othersAtMost: number }>(this.client, candidatesBy(COLUMNS[by]), [
        begin,
        days,
        queriesPerDay,
      ]);
      const rows = allRows.filter(({ query }) => !seen.has(query));
      for (const { query } of rows) seen.add(query);
      const othersAtMost = allRows[0]?.othersAtMost ?? 0;
      yield { rows, othersAtMost };
      if (othersAtMost === 0) return;
    }
  }

  /** Returns the most frequent spelling of each query, by key. */
  async textsOf(rows: readonly QueryCounts[]): Promise<Map<string, string>> {
    const texts = await queryRows<{ query: string; text: string }>(
      this.client,
      'SELECT query, text FROM past_queries WHERE query = ANY($1)',
      [[...new Set(rows.map(({ query }) => query))]],
    );
    return new Map(texts.map(({ query, text }) => [query, text]));
  }
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
        sum(bought)::float8 AS bought
      FROM query_days WHERE query = c.query AND day >= ${DAY} AND day < ${DAY} + $2::int OFFSET 0
    ) n
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(searches), 0)::float8 AS before
      FROM query_days WHERE query = c.query AND day >= ${DAY} - $2::int AND day < ${DAY} OFFSET 0
    ) b ORDER BY n.searches DESC, c.query`;
}
