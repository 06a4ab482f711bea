/** Bringing a shop's tables up to this release, at every start: in milliseconds where there is nothing to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientBase, Pool } from 'pg';
import { readMigrations, releasedMigrations, type Migration } from './migration-files';
import { checksumOf, createTable, readApplied, recordApplied, type AppliedMigration } from './migration-table';
import { isAtLeast } from './release';
import { VERSION } from './version';

/** SQLSTATE: a schema, table or index, column, function, type or constraint of that name exists already. */
const ALREADY_EXISTS = new Set(['42P06', '42P07', '42701', '42723', '42710']);

const LOCK = `hashtextextended('freshet migrate', 0)`;

const LOCK_NOT_AVAILABLE = '55P03';
/** How long a script may wait for a lock on a table: behind a script that waits, all other statements on the table wait. */
const MAX_LOCK_WAIT_MS = 2_000;
const LOCK_RETRY_MS = 1_000;
/** Some five minutes: a backup that is longer under way lets the migration fail with a message. */
const MAX_LOCK_ATTEMPTS = 100;

/** A database that this release must not touch; the message is one line that says why. */
export class MigrationError extends Error {}

export interface MigrateOptions {
  /** Whose migrations; this release's by default. */
  readonly folder?: string;
  /** The release that migrates; this one by default. */
  readonly release?: string;
}

/**
 * Creates the PostgreSQL schema `namespace` and applies the migrations it lacks. Any number of processes may call this at
 * once: one applies, the others wait for it. A migration's script and its row in the table of migrations are one
 * transaction, so a migrator that is killed leaves all of a migration or nothing, and the next one goes on from there.
 *
 * A schema that a newer release has migrated is left as it is: this release runs on it where every migration that it does
 * not know allows it.
 *
 * @param database a connection string, or a pool (its own search_path does not matter)
 * @returns the names of the migrations applied by this call
 * @throws MigrationError where the database needs a newer release, or its migrations are not ours
 */
export async function migrate(
  database: Pool | string,
  namespace: string,
  { folder = releasedMigrations(), release = VERSION }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = readMigrations(folder);
  const pool = typeof database === 'string' ? connectMigrator(database) : database;
  try {
    const client = await pool.connect();
    // A connection that is cut reports here as well as at the statement under way.
    client.on('error', ignore);
    try {
      // Most starts have nothing to do, and need not wait for a migrator of another shop in the same database.
      const pending = missing(await readApplied(client, namespace), migrations, namespace, release);
      const names = pending.length === 0 ? [] : await applyUnderLock(client, namespace, migrations, release);
      client.off('error', ignore);
      client.release();
      return names;
    } catch (error) {
      // The lock goes with the connection.
      client.release(true);
      throw error;
    }
  } finally {
    if (pool !== database) await pool.end();
  }
}

/** The names of this release's migrations that a schema lacks. @throws MigrationError as {@link migrate} does */
export async function pendingMigrations(client: ClientBase, namespace: string): Promise<string[]> {
  const applied = await readApplied(client, namespace);
  return missing(applied, readMigrations(releasedMigrations()), namespace, VERSION).map(({ name }) => name);
}

/** PostgreSQL ends the work of a migrator that is gone, and releases its lock, within a second. */
function connectMigrator(connectionString: string): Pool {
  const options = process.platform === 'win32' ? undefined : '-c client_connection_check_interval=1000';
  return new Pool({ connectionString, options, max: 1 });
}

/** Of the migrations, those that the schema lacks. */
function missing(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
  namespace: string,
  release: string,
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, minRelease } of applied) {
    const migration = known.get(name);
    if (!migration) requireAllowed(name, minRelease, namespace, release);
    else if (checksum !== checksumOf(migration.sql))
      throw new MigrationError(
        `The schema "${namespace}" was made by another text of the migration ${name} than this release has. ` +
          `A migration must not be edited once it has been applied.`,
      );
  }
  const done = new Set(applied.filter(({ unfinished }) => !unfinished).map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !done.has(name));
  const newer = applied.find(({ name }) => !known.has(name));
  if (newer && pending.length > 0)
    throw new MigrationError(
      `The schema "${namespace}" has the migration ${newer.name}, which Freshet ${release} does not know, and lacks its ` +
        `migration ${pending[0].name}. Start the newer release: it applies what is missing.`,
    );
  return pending;
}

/** @throws MigrationError where a migration that this release does not know excludes it */
function requireAllowed(name: string, minRelease: string | null, namespace: string, release: string): void {
  if (minRelease !== null && isAtLeast(release, minRelease)) return;
  const needed = minRelease === null ? 'a newer release of Freshet' : `Freshet ${minRelease} or newer`;
  throw new MigrationError(
    `The schema "${namespace}" needs ${needed} because of its migration ${name}; this is ${release}. ` +
      `Start that release, or restore a backup from before it.`,
  );
}

/**
 * One migrator a database, whichever its shop: releases before 0.2.0 take the same lock. It waits as long as it takes.
 * Under the lock, what is pending is looked up again: whoever held it may have applied it.
 */
async function applyUnderLock(
  client: ClientBase,
  namespace: string,
  migrations: readonly Migration[],
  release: string,
): Promise<string[]> {
  await client.query(`SELECT pg_advisory_lock(${LOCK})`);
  const applied = await readApplied(client, namespace);
  const pending = missing(applied, migrations, namespace, release);
  if (pending.length > 0) await createTable(client, namespace);
  for (const migration of pending) {
    const isRetry = applied.some(({ name, interrupted }) => interrupted && name === migration.name);
    await applyOne(client, namespace, { ...migration, minRelease: migration.minRelease ?? release }, isRetry);
  }
  await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  return pending.map(({ name }) => name);
}

/** @param isRetry an earlier release may have been ended between the script's commit and recording it */
async function applyOne(
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
    // A script is one transaction: where one thing that it creates is there, all of it is.
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
