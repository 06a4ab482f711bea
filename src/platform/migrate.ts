/** Migrates the tables of a shop to this release at every start. It takes milliseconds if there is nothing to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientBase, Pool } from 'pg';
import { readMigrations, migrationsFolder, type Migration } from './migration-files';
import { checksumOf, createTable, readApplied, recordApplied, type AppliedMigration } from './migration-table';
import { isAtLeast } from './release';
import { VERSION } from './version';

/** SQLSTATE codes: a schema, table or index, column, function, type or constraint of that name already exists. */
const ALREADY_EXISTS = new Set(['42P06', '42P07', '42701', '42723', '42710']);

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
 * not know permits this release (`minRelease`).
 *
 * @param database a connection string, or a pool (its own search_path does not matter)
 * @returns the names of the migrations applied by this call
 * @throws MigrationError if the database needs a newer release, or its migrations differ from those of this release
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
      const pending = missingMigrations(await readApplied(client, namespace), migrations, namespace, release);
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
  const applied = await readApplied(client, namespace);
  return missingMigrations(applied, readMigrations(migrationsFolder()), namespace, VERSION).map(({ name }) => name);
}

/**
 * Creates a pool with client_connection_check_interval. If the migrator is killed, PostgreSQL then cancels its
 * statement within a second.
 */
function connectMigrator(connectionString: string): Pool {
  const options = process.platform === 'win32' ? undefined : '-c client_connection_check_interval=1000';
  return new Pool({ connectionString, options, max: 1 });
}

/**
 * Returns the migrations that the schema lacks.
 * @throws MigrationError if the applied migrations differ from those of this release, or need a newer release
 */
function missingMigrations(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
  namespace: string,
  release: string,
): Migration[] {
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
  const finishedNames = new Set(applied.filter(({ unfinished }) => !unfinished).map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !finishedNames.has(name));
  const newer = applied.find(({ name }) => !migrationsByName.has(name));
  const [firstPending] = pending;
  if (newer && firstPending)
    throw new MigrationError(
      `The schema "${namespace}" has the migration ${newer.name}, which Freshet ${release} does not know, and lacks the ` +
        `migration ${firstPending.name} of this release. Start the newer release; it applies the missing migrations.`,
    );
  return pending;
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
 * shops. Releases before 0.2.0 use the same lock. Waiting for the lock has no timeout. The applied migrations are read
 * again under the lock, because the previous holder may have applied some.
 */
async function applyUnderLock(
  client: ClientBase,
  namespace: string,
  migrations: readonly Migration[],
  release: string,
): Promise<string[]> {
  await client.query(`SELECT pg_advisory_lock(${LOCK})`);
  const applied = await readApplied(client, namespace);
  const pending = missingMigrations(applied, migrations, namespace, release);
  if (pending.length > 0) await createTable(client, namespace);
  for (const migration of pending) {
    const isRetry = applied.some(({ name, interrupted }) => interrupted && name === migration.name);
    await applyMigration(client, namespace, { ...migration, minRelease: migration.minRelease ?? release }, isRetry);
  }
  await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  return pending.map(({ name }) => name);
}

/**
 * @param isRetry whether an earlier release may have committed the script but been killed before it recorded the
 *   migration
 */
async function applyMigration(
  client: ClientBase,
  namespace: string,
  migration: Migration & { minRelease: string },
  isRetry: boolean,
): Promise<void> {
  const attempt = async (sql: string) => {
    await client.query(`BEGIN; SET LOCAL search_path = "${namespace}"; SET LOCAL lock_timeout = ${MAX_LOCK_WAIT_MS}`);
    try {
      await client.query(sql);
      await recordApplied(client, namespace, migration);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(ignore);
      throw error;
    }
  };
  const run = async (sql: string) => {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(sql);
      } catch (error) {
        if (codeOf(error) !== LOCK_NOT_AVAILABLE || attempts === MAX_LOCK_ATTEMPTS) throw error;
        await sleep(LOCK_RETRY_MS);
      }
    }
  };
  try {
    await run(migration.sql);
  } catch (error) {
    // A script runs in one transaction: if one of its objects exists, all of them do. Only the record is missing then.
    if (isRetry && ALREADY_EXISTS.has(codeOf(error))) return run('');
    throw new MigrationError(
      `Migrating the schema "${namespace}" failed at ${migration.name}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? '';
}

function ignore(): void {}
