import type { PoolClient } from '../../platform/postgres';

/** So many queries are read at first, and each time so many times as many. */
const CHUNK = 500;
const GROWS = 8;

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
}

const COLUMN = { searches: 'searches', withoutResults: 'without_results' } as const;

/** Queries of a span. Those of one day stand in an index as they are asked for; of several they are added up first. */
export class QueryDays {
  private readonly values: readonly number[];

  constructor(
    private readonly client: PoolClient,
    private readonly span: Span,
    minSearches: number,
  ) {
    this.values = [span.begin, span.begin + span.days, minSearches];
  }

  /** @param by what they are ordered by; those that have none of it are left out */
  async most(by: keyof typeof COLUMN, count: number): Promise<QueryRow[]> {
    const column = COLUMN[by];
    const { rows } = await this.client.query<QueryRow>(
      `SELECT ${NAMED} FROM ${this.counted()} c WHERE c.searches >= $3 AND c.${column} > 0 ORDER BY c.${column} DESC, c.query LIMIT $4`,
      [...this.values, count],
    );
    return rows;
  }

  /** With the searches of the span before. */
  async *byFrequency(): AsyncIterable<QueryRow & { readonly before: number }> {
    let offset = 0;
    for (let limit = CHUNK; ; limit *= GROWS) {
      const { rows } = await this.client.query<QueryRow & { before: number }>(
        `SELECT q.*, (
             SELECT coalesce(sum(d.searches), 0)::float8 FROM query_days d
             WHERE d.query = q.query AND d.day >= date '1970-01-01' + (2 * $1::int - $2::int) AND d.day < date '1970-01-01' + $1::int
           ) AS before
         FROM (
           SELECT ${NAMED} FROM ${this.counted()} c WHERE c.searches >= $3 ORDER BY c.searches DESC, c.query LIMIT $4 OFFSET $5
         ) q`,
        [...this.values, limit, offset],
      );
      yield* rows;
      if (rows.length < limit) return;
      offset += limit;
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

  private counted(): string {
    if (this.span.days === 1)
      return `(SELECT * FROM query_days WHERE day = date '1970-01-01' + $1::int AND $2::int > $1::int)`;
    return `(SELECT query, sum(searches) AS searches, sum(without_results) AS without_results, sum(clicked) AS clicked,
        sum(bought) AS bought
      FROM query_days WHERE day >= date '1970-01-01' + $1::int AND day < date '1970-01-01' + $2::int GROUP BY query)`;
  }
}

const NAMED = `query, searches::float8, without_results::float8 AS "withoutResults", clicked::float8, bought::float8`;
