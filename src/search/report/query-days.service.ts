import type { PoolClient } from '../../platform/postgres';

/** So many queries of each day are looked at first, and each time so many times as many. */
const LOOKED_AT = 200;
const GROWS = 4;

/** Whole days, counted from 1970. */
export interface Span {
  readonly begin: number;
  readonly days: number;
}

export interface QueryRow {
  /** Its key. */
  readonly query: string;
  readonly searches: number;
  readonly withoutResults: number;
  readonly clicked: number;
  readonly bought: number;
  /** Searches in the span before, of the same length. */
  readonly before: number;
}

export interface Candidates {
  /** Those that were not among earlier ones, with their counts of the whole span. */
  readonly rows: readonly QueryRow[];
  /** No other query has more, in the span, of what they were chosen by. */
  readonly othersAtMost: number;
}

/** What queries may be chosen by: as it stands in an index, day by day. */
const COLUMNS = { searches: 'searches', withoutResults: 'without_results' } as const;

/**
 * Queries of a span, without adding up all of them: each day's most frequent, by an index, with their counts of all days.
 * What is among no day's has, in all days together, at most as much as the last one of each has (the threshold algorithm
 * of Fagin, Lotem and Naor 2003); so whoever looks for the most knows when to stop.
 */
export class QueryDays {
  constructor(
    private readonly client: PoolClient,
    private readonly span: Span,
  ) {}

  async *candidates(by: keyof typeof COLUMNS): AsyncIterable<Candidates> {
    const seen = new Set<string>();
    for (let most = LOOKED_AT; ; most *= GROWS) {
      const { begin, days } = this.span;
      const { rows: all } = await this.client.query<QueryRow & { othersAtMost: number }>(candidatesBy(COLUMNS[by]), [
        begin,
        days,
        most,
      ]);
      const rows = all.filter(({ query }) => !seen.has(query));
      for (const { query } of rows) seen.add(query);
      const othersAtMost = all[0]?.othersAtMost ?? 0;
      yield { rows, othersAtMost };
      if (othersAtMost === 0) return;
    }
  }

  /** Their most frequent spellings, by key. */
  async textsOf(rows: readonly QueryRow[]): Promise<Map<string, string>> {
    const { rows: texts } = await this.client.query<{ query: string; text: string }>(
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
