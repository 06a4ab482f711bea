/** The table of applied migrations: Prisma's table with the additional column min_release. */
import { createHash, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Migration } from './migration-files';

const UNDEFINED_TABLE = '42P01';

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  /** The oldest release that can run on the migrated schema; `null` if Freshet did not record the migration. */
  readonly minRelease: string | null;
}

const tableOf = (namespace: string) => `"${namespace}"."_prisma_migrations"`;

/** Returns the migrations applied to a schema, oldest first; an empty list if the schema does not exist. */
export async function readApplied(client: ClientBase, namespace: string): Promise<AppliedMigration[]> {
  try {
    // The detour through to_jsonb makes minRelease null if the table lacks the column min_release.
    const { rows } = await client.query<AppliedMigration>(
      `SELECT migration_name AS name, checksum, to_jsonb(applied)->>'min_release' AS "minRelease"
         FROM ${tableOf(namespace)} AS applied WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
    );
    return rows;
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** Creates the schema and the table if they do not exist. */
export async function createTable(client: ClientBase, namespace: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS "${namespace}"`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${tableOf(namespace)} (
       id VARCHAR(36) PRIMARY KEY NOT NULL,
       checksum VARCHAR(64) NOT NULL,
       finished_at TIMESTAMPTZ,
       migration_name VARCHAR(255) NOT NULL,
       logs TEXT,
       rolled_back_at TIMESTAMPTZ,
       started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
       applied_steps_count INTEGER NOT NULL DEFAULT 0,
       min_release TEXT
     )`,
  );
}

/** Records a migration as applied, in the caller's transaction. */
export async function recordApplied(
  client: ClientBase,
  namespace: string,
  { name, sql, minRelease }: Migration & { minRelease: string },
): Promise<void> {
  await client.query(
    `INSERT INTO ${tableOf(namespace)} (id, checksum, migration_name, started_at, finished_at, applied_steps_count, min_release)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1, $4)`,
    [randomUUID(), checksumOf(sql), name, minRelease],
  );
}

export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
