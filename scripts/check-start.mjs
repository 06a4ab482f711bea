/**
 * Checks what `npm start` needs from the machine before packages are installed and built, which may take a minute. The
 * program checks it again; `src/local-services/redis-binary.ts` and `cli/start.ts` decide.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { root } from './bootstrap.mjs';

/** Exits with code 1 and one line for each thing that is missing. */
export async function checkStart() {
  const faults = [await portFault(), redisFault()].filter((fault) => fault !== undefined);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exit(1);
}

async function portFault() {
  const host = process.env.HOST?.trim() || '127.0.0.1';
  const port = Number(process.env.PORT?.trim() || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined; // The settings are checked later.
  const error = await new Promise((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (error?.code !== 'EADDRINUSE') return undefined;
  return `Port ${port} of ${host} is in use: stop the process that listens on it (another Freshet?), or set PORT to another port.`;
}

function redisFault() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const isInstalled = ['redis-server', 'valkey-server'].some((name) =>
    folders.some((folder) => isExecutable(path.join(folder, name))),
  );
  const dataDir = process.env.DATA_DIR || path.join(root, '.freshet');
  const isUnpacked = [path.join(root, 'node_modules', '.freshet', 'redis'), path.join(dataDir, 'redis-server')].some(
    (folder) => existsSync(folder),
  );
  if (process.env.REDIS_URL || isInstalled || isUnpacked || isExecutable('/usr/bin/apt-get')) return undefined;
  return (
    'Freshet needs a Redis server: install redis or valkey (apt-get install redis-server, dnf install valkey, ' +
    'apk add valkey, brew install redis), or set REDIS_URL to a running server.'
  );
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
