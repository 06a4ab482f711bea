import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * This release. It is read from the nearest package.json above this file, because source files and built files have
 * different depths below it.
 */
export const VERSION = readVersion(__dirname);

function readVersion(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return readVersion(path.dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
