import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import type { DeliveryDayKey, DeliveryDayRecord } from './delivery-day';

export interface StoredDeliveryDay extends DeliveryDayRecord {
  readonly updatedAt: Date;
}

const COLUMNS = 'country, day, delivers, updated_at AS "updatedAt"';
/** SQL: the rows with the keys $1 and $2. */
const NAMED = '(country, day) IN (SELECT country, day FROM unnest($1::text[], $2::text[]) AS named (country, day))';

/** Returns all rows. */
export function readDeliveryDays(pool: Pool): Promise<DeliveryDayRecord[]> {
  return queryRows<DeliveryDayRecord>(pool, 'SELECT country, day, delivers FROM delivery_days');
}

/**
 * Returns up to `count` rows in order of country and day.
 * @param country return only rows of this country
 * @param after return only rows after this one
 */
export function pageOfDeliveryDays(
  pool: Pool,
  country: string | undefined,
  after: DeliveryDayKey | undefined,
  count: number,
): Promise<StoredDeliveryDay[]> {
  return queryRows<StoredDeliveryDay>(
    pool,
    `SELECT ${COLUMNS} FROM delivery_days
     WHERE ($1::text IS NULL OR country = $1)
       AND ($2::text IS NULL OR (country COLLATE "C", day COLLATE "C") > ($2::text, $3::text))
     ORDER BY country COLLATE "C", day COLLATE "C" LIMIT $4`,
    [country ?? null, after?.country ?? null, after?.day ?? null, count],
  );
}

/** Excludes other writers until the transaction ends. @returns the stored ones of these rows, and the number of all */
export async function lockDeliveryDays(
  client: PoolClient,
  keys: readonly DeliveryDayKey[],
): Promise<{ stored: StoredDeliveryDay[]; count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':delivery-days', 0))`);
  const stored = await queryRows<StoredDeliveryDay>(
    client,
    `SELECT ${COLUMNS} FROM delivery_days WHERE ${NAMED}`,
    columnsOf(keys),
  );
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM delivery_days');
  return { stored, count };
}

export async function writeDeliveryDays(client: PoolClient, records: readonly StoredDeliveryDay[]): Promise<void> {
  await execute(
    client,
    `INSERT INTO delivery_days (country, day, delivers, updated_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::timestamptz[])
     ON CONFLICT (country, day) DO UPDATE SET delivers = excluded.delivers, updated_at = excluded.updated_at`,
    [...columnsOf(records), records.map(({ delivers }) => delivers), records.map(({ updatedAt }) => updatedAt)],
  );
}

export async function removeDeliveryDays(client: PoolClient, keys: readonly DeliveryDayKey[]): Promise<void> {
  await execute(client, `DELETE FROM delivery_days WHERE ${NAMED}`, columnsOf(keys));
}

function columnsOf(keys: readonly DeliveryDayKey[]): [string[], string[]] {
  return [keys.map(({ country }) => country), keys.map(({ day }) => day)];
}
