/** Bringing a shop's tables up to this release, at every start: in milliseconds where there is nothing to do. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type ClientBase, Pool, type PoolClient } from 'pg';
import { type Migration, applyMigrations } from './schema-engine';

const UNDEFINED_TABLE = '42P01';

/** A database that this release must not touch; the message is one line that says why. */
export class MigrationError extends Error {}

/** The migrations of this release. */
export function releasedMigrations(): string {
  let root = __dirname; // src/platform, or dist/src/platform
  while (!existsSync(path.join(root, 'prisma', 'migrations'))) root = path.dirname(root);
  return path.join(root, 'prisma', 'migrations');
}

/**
 * Creates the PostgreSQL schema `namespace` and applies the migrations it lacks. Any number of processes may call this at
 * once: one applies, the others wait for it.
 *
 * @param database a connection string, or a pool (its own search_path does not matter)
 * @param migrationsDir holds a folder with a migration.sql for each migration, named so that they sort by age
 * @returns the names of the migrations applied by this call
 * @throws MigrationError where the database is newer than this release, or its migrations are not ours
 */
export async function migrate(
  database: Pool | string,
  namespace: string,
  migrationsDir = releasedMigrations(),
): Promise<string[]> {
  const migrations = readMigrations(migrationsDir);
  const pool = typeof database === 'string' ? new Pool({ connectionString: database, max: 1 }) : database;
  try {
    const client = await pool.connect();
    try {
      if ((await pending(client, namespace, migrations)).length === 0) return [];
      return await underLock(client, async () => {
        // Looked at again: whoever held the lock may have done it.
        if ((await pending(client, namespace, migrations)).length === 0) return [];
        await client.query(`CREATE SCHEMA IF NOT EXISTS "${namespace}"`);
        return await apply(pool, namespace, migrations);
      });
    } finally {
      client.release();
    }
  } finally {
    if (pool !== database) await pool.end();
  }
}

/** The names of this release's migrations that a schema lacks. @throws MigrationError as {@link migrate} does */
export function pendingMigrations(client: ClientBase, namespace: string): Promise<string[]> {
  return pending(client, namespace, readMigrations(releasedMigrations()));
}

/** The migrations of a folder, oldest first. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'migration.sql')))
    .map(({ name }) => ({ name, sql: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The names of the migrations that the schema lacks. */
async function pending(client: ClientBase, namespace: string, migrations: readonly Migration[]): Promise<string[]> {
  const applied = await readApplied(client, namespace);
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration)
      throw new MigrationError(
        `The schema "${namespace}" is newer than this release of Freshet: it has the migration ${name}, which this release ` +
          `does not know. Start the newer release, or restore a backup from before it.`,
      );
    if (checksum !== createHash('sha256').update(migration.sql).digest('hex'))
      throw new MigrationError(
        `The schema "${namespace}" was made by another text of the migration ${name} than this release has. ` +
          `A migration must not be edited once it has been applied.`,
      );
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !done.has(name));
}

async function readApplied(client: ClientBase, namespace: string): Promise<{ name: string; checksum: string }[]> {
  const table = `"${namespace}"."_prisma_migrations"`;
  try {
    const { rows } = await client.query<{ name: string; checksum: string; failed: boolean }>(
      `SELECT migration_name AS name, checksum, finished_at IS NULL AS failed FROM ${table}
        WHERE rolled_back_at IS NULL ORDER BY started_at`,
    );
    const failed = rows.find((row) => row.failed);
    if (failed)
      throw new MigrationError(
        `The migration ${failed.name} of the schema "${namespace}" began and did not end. PostgreSQL has kept nothing of it: ` +
          `see to its cause, then try again after DELETE FROM ${table} WHERE migration_name = '${failed.name}'.`,
      );
    return rows;
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/**
 * One migrator a database. The engine itself takes one lock for all namespaces and gives up waiting for it after 10 s, so
 * ours, which waits as long as it takes, is for all namespaces too.
 */
async function underLock<T>(client: PoolClient, task: () => Promise<T>): Promise<T> {
  const key = `hashtextextended('freshet migrate', 0)`;
  await client.query(`SELECT pg_advisory_lock(${key})`);
  try {
    return await task();
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${key})`);
  }
}

/** The engine works on a pool of its own, whose connections see the namespace. */
async function apply(pool: Pool, namespace: string, migrations: readonly Migration[]): Promise<string[]> {
  const own = new Pool({
    ...pool.options,
    password: pool.options.password,
    options: `-c search_path=${namespace}`,
    max: 1,
  });
  try {
    return await applyMigrations(own, namespace, migrations);
  } catch (error) {
    throw new MigrationError(`Migrating the schema "${namespace}" failed: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await own.end();
  }
}
