/** For developers: writes the next migration from the changes in the datamodel. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { startPostgres } from './embedded-postgres';
import { migrationHeader, readMigrations, migrationsFolder } from '../platform/migration-files';
import { diffDatamodels } from './schema-engine';
import { VERSION } from '../platform/version';

/**
 * Writes a migration that changes the datamodel of the last migration (prisma/migrations/migrated.prisma) into that of
 * prisma/schema.prisma. A developer who adds SQL to the migration must list it in the test migrations-match-datamodel.
 * The header names this release as the oldest that can run on the migrated schema. If an older release can, too, name
 * that release instead.
 * @returns the path of the migration, or `undefined` if nothing has changed
 */
export async function writeMigration(title: string, now = new Date()): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(title))
    throw new Error(`The name may only contain lower-case letters, digits and _; got "${title}".`);
  const folder = migrationsFolder();
  const [before, after] = [path.join(folder, 'migrated.prisma'), path.join(folder, '..', 'schema.prisma')];
  if (!existsSync(before) && readMigrations(folder).length > 0)
    throw new Error(
      `${before} is missing: restore it from version control. It is the datamodel of the last migration.`,
    );
  const sql = await diff(existsSync(before) ? readFileSync(before, 'utf8') : undefined, readFileSync(after, 'utf8'));
  if (!sql.replaceAll(/^--.*$/gm, '').trim()) return undefined;
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = path.join(folder, `${stamp}_${title}`, 'migration.sql');
  mkdirSync(path.dirname(file));
  writeFileSync(file, migrationHeader(VERSION) + sql);
  copyFileSync(after, before);
  return file;
}

/** Compares two datamodels. The engine requires a database connection, so it gets a temporary empty database. */
async function diff(from: string | undefined, to: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-diff-'));
  chmodSync(folder, 0o711); // PostgreSQL may have to run as another user.
  try {
    const postgres = await startPostgres(folder, { fsync: false });
    const pool = new Pool({ connectionString: postgres.url, max: 2 });
    try {
      return await diffDatamodels(pool, from, to);
    } finally {
      await pool.end();
      await postgres.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
