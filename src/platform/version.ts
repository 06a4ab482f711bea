import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The release that this is, as package.json has it; its place is another one from the sources than from what is built. */
export const VERSION = readVersion(__dirname);

function readVersion(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return readVersion(path.dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
