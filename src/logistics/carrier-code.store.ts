import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import type { CarrierCodeKey, CarrierCodeRecord } from './carrier-code';

export interface StoredCarrierCode extends CarrierCodeRecord {
  readonly updatedAt: Date;
}

const COLUMNS = 'carrier, code, type, updated_at AS "updatedAt"';

export async function readCarrierCodes(client: PoolClient): Promise<CarrierCodeRecord[]> {
  return queryRows<CarrierCodeRecord>(client, withLongTimeout('SELECT carrier, code, type FROM carrier_codes'));
}

/**
 * Returns up to `count` codes in order of carrier and code.
 * @param carrier return only codes of this carrier
 * @param after return only codes after this one
 */
export function pageOfCarrierCodes(
  pool: Pool,
  carrier: string | undefined,
  after: CarrierCodeKey | undefined,
  count: number,
): Promise<StoredCarrierCode[]> {
  return queryRows<StoredCarrierCode>(
    pool,
    `SELECT ${COLUMNS} FROM carrier_codes
     WHERE ($1::text IS NULL OR carrier = $1)
       AND ($2::text IS NULL OR (carrier COLLATE "C", code COLLATE "C") > ($2::text, $3::text))
     ORDER BY carrier COLLATE "C", code COLLATE "C" LIMIT $4`,
    [carrier ?? null, after?.carrier ?? null, after?.code ?? null, count],
  );
}

/** Excludes other writers until the transaction ends. @returns the stored ones of these codes, and the number of all */
export async function lockCarrierCodes(
  client: PoolClient,
  keys: readonly CarrierCodeKey[],
): Promise<{ stored: StoredCarrierCode[]; count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':carrier-codes', 0))`);
  const stored = await queryRows<StoredCarrierCode>(
    client,
    `SELECT ${COLUMNS} FROM carrier_codes
     WHERE (carrier, code) IN (SELECT carrier, code FROM unnest($1::text[], $2::text[]) AS named (carrier, code))`,
    [keys.map(({ carrier }) => carrier), keys.map(({ code }) => code)],
  );
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM carrier_codes');
  return { stored, count };
}

export async function writeCarrierCodes(client: PoolClient, records: readonly StoredCarrierCode[]): Promise<void> {
  await execute(
    client,
    `INSERT INTO carrier_codes (carrier, code, type, updated_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
     ON CONFLICT (carrier, code) DO UPDATE SET type = excluded.type, updated_at = excluded.updated_at`,
    [
      records.map(({ carrier }) => carrier),
      records.map(({ code }) => code),
      records.map(({ type }) => type),
      records.map(({ updatedAt }) => updatedAt),
    ],
  );
}

export async function removeCarrierCodes(client: PoolClient, keys: readonly CarrierCodeKey[]): Promise<void> {
  await execute(
    client,
    `DELETE FROM carrier_codes
     WHERE (carrier, code) IN (SELECT carrier, code FROM unnest($1::text[], $2::text[]) AS named (carrier, code))`,
    [keys.map(({ carrier }) => carrier), keys.map(({ code }) => code)],
  );
}
