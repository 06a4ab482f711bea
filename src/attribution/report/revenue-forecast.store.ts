import type { PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';

export interface RevenueOfDay {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly revenue: number;
}

/** Returns every complete day from the first one with revenue, oldest first, as the nearest double. */
export function readRevenueHistory(
  client: PoolClient,
  currency: string,
  now: Date,
  timeZone: string,
  maxDays: number,
): Promise<RevenueOfDay[]> {
  return queryRows<RevenueOfDay>(
    client,
    `WITH past AS (
       SELECT day, revenue FROM business_days
       WHERE currency = $1 AND day < ($2::timestamptz AT TIME ZONE $3)::date
         AND day >= ($2::timestamptz AT TIME ZONE $3)::date - $4::int
     )
     SELECT d.at::date - date '1970-01-01' AS day, coalesce(past.revenue, 0)::float8 AS revenue
     FROM generate_series(
       (SELECT min(day) FROM past), ($2::timestamptz AT TIME ZONE $3)::date - 1, interval '1 day'
     ) AS d (at) LEFT JOIN past ON past.day = d.at::date ORDER BY d.at`,
    [currency, now, timeZone, maxDays],
  );
}

/** Returns when today and the days after it begin. */
export function readForecastDays(client: PoolClient, now: Date, timeZone: string, days: number) {
  return queryRows<{ from: Date }>(
    client,
    `SELECT (($1::timestamptz AT TIME ZONE $2)::date + n)::timestamp AT TIME ZONE $2 AS "from"
     FROM generate_series(0, $3::int - 1) AS n ORDER BY n`,
    [now, timeZone, days],
  );
}
