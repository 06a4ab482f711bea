import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { Growth } from './storage-allowance.service';

/** Sums are stored for this many days. */
const RETENTION_DAYS = 7;

/**
 * Adds to the sums that all processes share, and deletes old ones.
 * @param today in days since 1970 @returns the sums of this day
 */
export function addStorefrontGrowth(pool: Pool, today: number, growths: readonly Growth[]): Promise<Growth[]> {
  return queryRows<Growth>(
    pool,
    `WITH old AS (DELETE FROM storefront_growth WHERE day < date '1970-01-01' + ($1::int - ${RETENTION_DAYS})),
     added AS (
       INSERT INTO storefront_growth (day, kind, bytes)
       SELECT date '1970-01-01' + day, kind, bytes FROM json_to_recordset($2) AS g (day int, kind text, bytes bigint)
       ORDER BY day, kind
       ON CONFLICT (day, kind) DO UPDATE SET bytes = storefront_growth.bytes + excluded.bytes
       RETURNING day, kind, bytes
     )
     SELECT $1::int AS day, kind, max(bytes)::float8 AS bytes FROM (
       SELECT kind, bytes FROM storefront_growth WHERE day = date '1970-01-01' + $1::int
       UNION ALL SELECT kind, bytes FROM added WHERE day = date '1970-01-01' + $1::int
     ) sums GROUP BY kind`,
    [today, JSON.stringify(growths)],
  );
}
