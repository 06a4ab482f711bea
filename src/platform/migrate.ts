/** Migrates the tables of a shop to this release at every start. It takes milliseconds if there is nothing to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientBase, Pool } from 'pg';
import { readMigrations, migrationsFolder, type Migration } from './migration-files';
import { checksumOf, createTable, readApplied, recordApplied } from './migration-table';
import { applySettings, awaited, CLIENT_CHECK_SETTINGS } from './postgres';
import { isAtLeast } from './release';
import { VERSION } from './version';

const LOCK = `hashtextextended('freshet migrate', 0)`;

const LOCK_NOT_AVAILABLE = '55P03';
/** How long a script may wait for a table lock. While it waits, all other statements on the table wait behind it. */
const MAX_LOCK_WAIT_MS = 2_000;
const LOCK_RETRY_MS = 1_000;
/** Attempts to lock a table, about five minutes in total. If a backup locks it for longer, the migration fails. */
const MAX_LOCK_ATTEMPTS = 100;

/** Thrown for a database that this release must not change. The message is one line that gives the reason. */
export class MigrationError extends Error {}

export interface MigrateOptions {
  /** The folder of migrations. Default: the folder of this release. */
  readonly folder?: string;
  /** The release that migrates. Default: this release. */
  readonly release?: string;
}

/**
 * Creates the PostgreSQL schema `namespace` and applies the migrations it lacks. Any number of processes may call this
 * concurrently: one applies the migrations, the others wait for it. The script of a migration and its row in the table
 * of migrations are written in one transaction. If a migrator is killed, the next one continues with the first
 * migration that is not recorded.
 *
 * A schema that a newer release has migrated stays unchanged. This release can run on it if each migration that it does
 * not know permits this release (`minRelease`). A schema with a migration from before the first one of this release
 * stays unchanged, too, and no process can run on it.
 *
 * @param database a connection string, or a pool (its own search_path does not matter)
 * @returns the names of the migrations applied by this call
 * @throws MigrationError if the database needs a newer release, was made by an earlier version that this release can't
 *   upgrade, or has migrations that differ from those of this release
 */
export async function migrate(
  database: Pool | string,
  namespace: string,
  { folder = migrationsFolder(), release = VERSION }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = readMigrations(folder);
  const pool = typeof database === 'string' ? connectMigrator(database) : database;
  try {
    const client = await pool.connect();
    // Without a listener, the error of a broken connection would end the process. The running statement throws it, too.
    client.on('error', ignore);
    try {
      // Most starts have nothing to do and must not wait for a migrator of another shop in the same database.
      const pending = await missingMigrations(client, namespace, migrations, release);
      const names = pending.length === 0 ? [] : await applyUnderLock(client, namespace, migrations, release);
      client.off('error', ignore);
      client.release();
      return names;
    } catch (error) {
      // Closing the connection releases the lock.
      client.release(true);
      throw error;
    }
  } finally {
    if (pool !== database) await pool.end();
  }
}

/**
 * Returns the names of this release's migrations that a schema lacks.
 * @throws MigrationError as {@link migrate} does
 */
export async function pendingMigrations(client: ClientBase, namespace: string): Promise<string[]> {
  const missing = await missingMigrations(client, namespace, readMigrations(migrationsFolder()), VERSION);
  return missing.map(({ name }) => name);
}

/**
 * Creates a pool with client_connection_check_interval. If the migrator is killed, PostgreSQL then cancels its
 * statement within a second.
 */
function connectMigrator(connectionString: string): Pool {
  return new Pool({
    connectionString,
    onConnect: awaited(async (client) => void (await applySettings(client, CLIENT_CHECK_SETTINGS))),
    max: 1,
  });
}

/**
 * Returns the migrations that the schema lacks.
 * @throws MigrationError as {@link migrate} does
 */
async function missingMigrations(
  client: ClientBase,
  namespace: string,
  migrations: readonly Migration[],
  release: string,
): Promise<Migration[]> {
  const applied = await readApplied(client, namespace);
  if (applied.some(({ name }) => name < (migrations[0]?.name ?? '')))
    throw new MigrationError(
      `The schema "${namespace}" of the database "${await databaseOf(client)}" was made by an earlier version of Freshet, ` +
        `which ${release} can't upgrade and has left untouched: to start with an empty shop, set DATABASE_URL and ` +
        `REDIS_URL to empty databases or, where they are not set, DATA_DIR to another folder.`,
    );
  const migrationsByName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, minRelease } of applied) {
    const migration = migrationsByName.get(name);
    if (!migration) requireAllowed(name, minRelease, namespace, release);
    else if (checksum !== checksumOf(migration.sql))
      throw new MigrationError(
        `The migration ${name} that was applied to the schema "${namespace}" differs from that of this release. ` +
          `A migration must not be edited after it has been applied; restore its original text.`,
      );
  }
  const appliedNames = new Set(applied.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !appliedNames.has(name));
  const newer = applied.find(({ name }) => !migrationsByName.has(name));
  const [firstPending] = pending;
  if (newer && firstPending)
    throw new MigrationError(
      `The schema "${namespace}" has the migration ${newer.name}, which Freshet ${release} does not know, and lacks the ` +
        `migration ${firstPending.name} of this release. Start the newer release; it applies the missing migrations.`,
    );
  return pending;
}

async function databaseOf(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  return rows[0]!.name;
}

/** @throws MigrationError if a migration that this release does not know needs a newer release */
function requireAllowed(name: string, minRelease: string | null, namespace: string, release: string): void {
  if (minRelease !== null && isAtLeast(release, minRelease)) return;
  const needed = minRelease === null ? 'a newer release of Freshet' : `Freshet ${minRelease} or newer`;
  throw new MigrationError(
    `The schema "${namespace}" needs ${needed} because of its migration ${name}; this is ${release}. ` +
      `Start that release, or restore a backup from before it.`,
  );
}

/**
 * Applies the pending migrations while holding an advisory lock, which allows one migrator per database, across all
 * shops. Waiting for the lock has no timeout. The applied migrations are read again under the lock, because the
 * previous holder may have applied some.
 */
async function applyUnderLock(
  client: ClientBase,
  namespace: string,
  migrations: readonly Migration[],
  release: string,
): Promise<string[]> {
  await client.query(`SELECT pg_advisory_lock(${LOCK})`);
  const pending = await missingMigrations(client, namespace, migrations, release);
  if (pending.length > 0) await createTable(client, namespace);
  for (const migration of pending)
    await applyMigration(client, namespace, { ...migration, minRelease: migration.minRelease ?? release });
  await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  return pending.map(({ name }) => name);
}

async function applyMigration(
  client: ClientBase,
  namespace: string,
  migration: Migration & { minRelease: string },
): Promise<void> {
  const attempt = async () => {
    await client.query(`BEGIN; SET LOCAL search_path = "${namespace}"; SET LOCAL lock_timeout = ${MAX_LOCK_WAIT_MS}`);
    try {
      await client.query(migration.sql);
      await recordApplied(client, namespace, migration);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(ignore);
      throw error;
    }
  };
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (codeOf(error) === LOCK_NOT_AVAILABLE && attempts < MAX_LOCK_ATTEMPTS) await sleep(LOCK_RETRY_MS);
      else
        throw new MigrationError(
          `Migrating the schema "${namespace}" failed at ${migration.name}: ${(error as Error).message}`,
          { cause: error },
        );
    }
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? '';
}

function ignore(): void {}
