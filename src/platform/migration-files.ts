/** Reads the migrations of a release. Each is a folder with a migration.sql; the names of the folders sort by age. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface Migration {
  /** The folder's name, such as `20260101000000_init`. */
  readonly name: string;
  readonly sql: string;
  /** The oldest release that can run on a schema with this migration; if absent, the release that applies it. */
  readonly minRelease: string | undefined;
}

export function migrationsFolder(): string {
  let root = __dirname; // src/platform, or dist/src/platform
  while (!existsSync(path.join(root, 'prisma', 'migrations'))) root = path.dirname(root);
  return path.join(root, 'prisma', 'migrations');
}

/** Returns the migrations of a folder, oldest first. @throws Error for a malformed header */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'migration.sql')))
    .map(({ name }) => readMigration(name, readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the header line of a migration. It says that `release` and newer releases can run on the migrated schema. */
export function migrationHeader(release: string): string {
  return `-- min-release: ${release}\n`;
}

function readMigration(name: string, sql: string): Migration {
  const header = /^--\s*min-release\b(.*)$/m.exec(sql);
  const minRelease = header?.[1]?.match(/^: (\d+\.\d+\.\d+)$/)?.[1];
  if (header && !minRelease)
    throw new Error(`${name}: expected "${migrationHeader('MAJOR.MINOR.PATCH').trim()}"; got "${header[0]}".`);
  return { name, sql, minRelease };
}
