import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import { EDITION_SETTING, OPENED_AT_SETTING } from './demo-names';

/** Returns whether the schema exists, and whether it has the tables that {@link inspectDemo} reads. */
export function inspectSchema(pool: Pool, namespace: string) {
  return queryOne<{ exists: boolean; migrated: boolean }>(
    pool,
    `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS exists,
     (SELECT count(*) = 2 FROM pg_tables WHERE schemaname = $1 AND tablename IN ('settings', 'leases')) AS migrated`,
    [namespace],
  );
}

/** Returns whether the shop is a demo shop, the edition of its data, and whether a process of it is running. */
export function inspectDemo(pool: Pool) {
  return queryOne<{ isDemo: boolean; edition: string | null; leased: boolean }>(
    pool,
    `SELECT EXISTS (SELECT FROM settings WHERE name = $1) AS "isDemo",
     (SELECT value FROM settings WHERE name = $2) AS edition,
     EXISTS (SELECT FROM leases WHERE expires_at > now()) AS leased`,
    [OPENED_AT_SETTING, EDITION_SETTING],
  );
}

/** Counts those of the tables products, events and inbox that exist. */
export async function countShopTables(pool: Pool, namespace: string): Promise<number> {
  const row = await queryOne<{ count: number }>(
    pool,
    `SELECT count(*)::int AS count FROM pg_tables
     WHERE schemaname = $1 AND tablename IN ('products', 'events', 'inbox')`,
    [namespace],
  );
  return row.count;
}

export async function isWithoutData(pool: Pool): Promise<boolean> {
  const row = await queryOne<{ empty: boolean }>(
    pool,
    'SELECT NOT (EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM events) OR EXISTS (SELECT FROM inbox)) AS empty',
  );
  return row.empty;
}
