/** For developers: the next migration, written from what has changed in the datamodel. */
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
import { migrationHeader, readMigrations, releasedMigrations } from './migration-files';
import { diffDatamodels } from './schema-engine';
import { VERSION } from './version';

/**
 * Writes a migration that leads from the datamodel at the last one (prisma/migrations/migrated.prisma) to
 * prisma/schema.prisma. SQL of one's own may be added to it, and is then listed in the drift test. Its header says that only
 * this release can run on it: lower it where the release before can.
 * @returns its file, or `undefined` where nothing has changed
 */
export async function writeMigration(title: string, now = new Date()): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(title)) throw new Error(`"${title}" is not a name of lower-case letters, digits and _.`);
  const folder = releasedMigrations();
  const [before, after] = [path.join(folder, 'migrated.prisma'), path.join(folder, '..', 'schema.prisma')];
  if (!existsSync(before) && readMigrations(folder).length > 0)
    throw new Error(`${before} is missing: restore it from version control, it says what the last migration led to.`);
  const sql = await diff(existsSync(before) ? readFileSync(before, 'utf8') : undefined, readFileSync(after, 'utf8'));
  if (!sql.replaceAll(/^--.*$/gm, '').trim()) return undefined;
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = path.join(folder, `${stamp}_${title}`, 'migration.sql');
  mkdirSync(path.dirname(file));
  writeFileSync(file, migrationHeader(VERSION) + sql);
  copyFileSync(after, before);
  return file;
}

/** The engine wants a database to speak to, though it compares none: it gets an empty one for the moment. */
async function diff(from: string | undefined, to: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-diff-'));
  chmodSync(folder, 0o711); // PostgreSQL may have to run as another user
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
