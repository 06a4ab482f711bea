import type { PoolClient } from '../../platform/postgres';
import { readCandidates, readTexts, type QueryCounts, type DayRange } from './query-days.store';

/** Number of queries per day that the first round of {@link QueryDays} reads. */
const INITIAL_QUERIES_PER_DAY = 200;
/** Factor by which the number of queries per day grows in each further round. */
const GROWTH_FACTOR = 4;

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
      const allRows = await readCandidates(this.client, COLUMNS[by], begin, days, queriesPerDay);
      const rows = allRows.filter(({ query }) => !seen.has(query));
      for (const { query } of rows) seen.add(query);
      const othersAtMost = allRows[0]?.othersAtMost ?? 0;
      yield { rows, othersAtMost };
      if (othersAtMost === 0) return;
    }
  }

  /** Returns the most frequent spelling of each query, by key. */
  async textsOf(rows: readonly QueryCounts[]): Promise<Map<string, string>> {
    const texts = await readTexts(this.client, [...new Set(rows.map(({ query }) => query))]);
    return new Map(texts.map(({ query, text }) => [query, text]));
  }
}
