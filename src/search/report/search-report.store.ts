import { followerPosition } from '../../events/follower.store';
import type { PoolClient } from '../../platform/postgres';
import { queryOne, queryRows } from '../../platform/sql';
import { SEARCH_COUNT_LEASE } from '../search-topics';
import type { DayRange } from './query-days.store';
import type { SearchTotals } from './search-report.type';

export type Counts = Pick<SearchTotals, 'searches' | 'withoutResults' | 'clicked' | 'followedByPurchase'>;

/** Returns the current time if the whole log is counted, or else the commit time of the last counted log position. */
export async function countedUntil(client: PoolClient): Promise<Date> {
  const row = await queryOne<{ asOf: Date }>(
    client,
    `SELECT CASE WHEN p.position >= l.position THEN now() ELSE coalesce(
         (SELECT committed_at FROM log_batches WHERE position <= p.position ORDER BY position DESC LIMIT 1), to_timestamp(0)
       ) END AS "asOf"
     FROM log_position l CROSS JOIN (
       SELECT coalesce((${followerPosition(SEARCH_COUNT_LEASE)}), 0) AS position
     ) p WHERE l.id = 1`,
  );
  return row.asOf;
}

export async function totalsOf(client: PoolClient, { begin, days }: DayRange): Promise<Counts> {
  return queryOne<Counts>(
    client,
    `SELECT coalesce(sum(searches), 0)::float8 AS searches, coalesce(sum(without_results), 0)::float8 AS "withoutResults",
       coalesce(sum(clicked), 0)::float8 AS clicked, coalesce(sum(bought), 0)::float8 AS "followedByPurchase"
     FROM search_days WHERE day >= date '1970-01-01' + $1::int AND day < date '1970-01-01' + $2::int`,
    [begin, begin + days],
  );
}

export interface PositionTotals {
  /** The rank in the list of results, or FURTHER_POSITIONS. */
  readonly position: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly purchases: number;
}

export function positionsOf(client: PoolClient, { begin, days }: DayRange): Promise<PositionTotals[]> {
  return queryRows<PositionTotals>(
    client,
    `SELECT position, sum(impressions)::float8 AS impressions, sum(clicks)::float8 AS clicks, sum(purchases)::float8 AS purchases
     FROM position_days WHERE day >= date '1970-01-01' + $1::int AND day < date '1970-01-01' + $2::int
     GROUP BY position ORDER BY position`,
    [begin, begin + days],
  );
}
