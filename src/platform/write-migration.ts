/** For developers: the next migration, written from what has changed in the datamodel. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Pool } from 'pg';
import { readMigrations, releasedMigrations } from './migrate';
import { diffDatamodels } from './schema-engine';

/**
 * Writes a migration that leads from the datamodel at the last one (prisma/migrations/migrated.prisma) to
 * prisma/schema.prisma. SQL of one's own may be added to it, and is then listed in the drift test.
 * @returns its file, or `undefined` where nothing has changed
 */
export async function writeMigration(title: string, now = new Date()): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(title)) throw new Error(`"${title}" is not a name of lower-case letters, digits and _.`);
  const folder = releasedMigrations();
  const [before, after] = [path.join(folder, 'migrated.prisma'), path.join(folder, '..', 'schema.prisma')];
  if (!existsSync(before) && readMigrations(folder).length > 0)
    throw new Error(`${before} is missing: restore it from version control, it says what the last migration led to.`);
  const pool = new Pool({ connectionString: 'postgresql://nowhere.invalid' }); // never connects: no database is compared
  const sql = await diffDatamodels(
    pool,
    existsSync(before) ? readFileSync(before, 'utf8') : undefined,
    readFileSync(after, 'utf8'),
  );
  await pool.end();
  if (!sql.replaceAll(/^--.*$/gm, '').trim()) return undefined;
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = path.join(folder, `${stamp}_${title}`, 'migration.sql');
  mkdirSync(path.dirname(file));
  writeFileSync(file, sql);
  copyFileSync(after, before);
  return file;
}
