/**
 * A private Redis in a folder. It is started unless it is already running. All its data can be rebuilt from PostgreSQL.
 * It still uses an append-only file, because a restart is faster with the previous data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
import type { RunningService } from './embedded-postgres';
import { freePort } from './free-port';
import { commandOf, isRunning, waitForExit } from './process-table';
import { obtainRedis } from './redis-binary';

export interface RedisOptions {
  /** Folders in which `obtainRedis` looks for an unpacked server, and into which it may unpack one. */
  readonly binaryFolders: readonly string[];
  /** Whether Redis stores its data on disk. Default: true; tests set it to false. */
  readonly persistent?: boolean;
  readonly onProgress?: (line: string) => void;
}

const START_TIMEOUT_MS = 300_000; // Redis reads its append-only file first.
const STOP_TIMEOUT_MS = 30_000;

/** Paths below the folder given to `startRedis`. */
function layout(folder: string) {
  return {
    settings: path.join(folder, 'redis.conf'),
    pid: path.join(folder, 'redis.pid'),
    log: path.join(folder, 'log'),
  };
}

interface Address {
  readonly port: number;
  readonly password: string;
}

/** Starts the Redis of a folder, or returns the running one. Only one process at a time may call this function. */
export async function startRedis(folder: string, options: RedisOptions): Promise<RunningService> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const joined = await joinRunning(folder);
  if (joined) return joined;
  const binary = await obtainRedis(options.binaryFolders, options.onProgress);
  options.onProgress?.('Starting Redis');
  const files = layout(folder);
  // Prefer the previous address, so that clients that hold it can reconnect.
  const previousAddress = readAddress(folder);
  for (let attempt = 1; ; attempt++) {
    const address = {
      port: await freePort(attempt === 1 ? previousAddress?.port : undefined),
      password: previousAddress?.password ?? randomBytes(24).toString('hex'),
    };
    writeFileSync(files.settings, settings(address, options.persistent ?? true), { mode: 0o600 });
    const child = spawnServer(folder, binary.command, binary.env);
    let ended = false;
    child.once('exit', () => (ended = true));
    child.once('error', () => (ended = true));
    if (await waitUntilReady(folder, address, () => !ended)) {
      const pid = child.pid as number;
      return { url: urlOf(address), pid, started: true, stop: () => stop(pid) };
    }
    const log = existsSync(files.log) ? readFileSync(files.log, 'utf8') : '';
    if (log.includes('Address already in use') && attempt < 3) continue;
    throw new Error(
      `Redis did not start in ${folder} (${files.log}): ${log.trim().split('\n').slice(-2).join(' / ')}. ` +
        `Move ${path.join(folder, 'appendonlydir')} away and start again; all its data can be rebuilt.`,
    );
  }
}

/** Returns the server that runs on this folder, no matter which process started it; `undefined` if none runs. */
async function joinRunning(folder: string): Promise<RunningService | undefined> {
  const files = layout(folder);
  const pid = existsSync(files.pid) ? Number(readFileSync(files.pid, 'utf8')) : 0;
  const isOurs = isRunning(pid) && /redis|valkey/.test(commandOf(pid) ?? '');
  if (!isOurs) {
    rmSync(files.pid, { force: true });
    return undefined;
  }
  const address = readAddress(folder);
  if (!address)
    throw new Error(
      `Process ${pid} uses ${folder}, but ${files.settings} is missing: end the process, then start again.`,
    );
  const isReady = await waitUntilReady(folder, address, () => isRunning(pid));
  if (!isReady) return undefined; // It was shutting down.
  return { url: urlOf(address), pid, started: false, stop: () => stop(pid) };
}

function settings({ port, password }: Address, persistent: boolean): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'pidfile redis.pid',
    'maxmemory-policy noeviction', // BullMQ's keys must never be evicted.
    `appendonly ${persistent ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    '',
  ].join('\n');
}

function readAddress(folder: string): Address | undefined {
  const { settings: file } = layout(folder);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const port = /^port (\d+)$/m.exec(text)?.[1];
  const password = /^requirepass (\w+)$/m.exec(text)?.[1];
  return port && password ? { port: Number(port), password } : undefined;
}

/** Spawns the server in a separate process group, because Ctrl-C must not stop it before the processes that use it. */
function spawnServer(folder: string, command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(layout(folder).log, 'w', 0o600);
  const child = spawn(command, ['redis.conf'], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

/**
 * Polls until the server answers and has loaded its data. Returns false as soon as `isStarting` returns false.
 * @throws Error if another server answers at that address
 */
async function waitUntilReady(
  folder: string,
  { port, password }: Address,
  isStarting: () => boolean,
): Promise<boolean> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (isStarting()) {
    const client = new Redis({ host: '127.0.0.1', port, password, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect(); // Resolves when Redis has loaded its data.
      const [, directory = ''] = await client.config('GET', 'dir');
      if (path.resolve(directory) !== realpathSync(folder))
        throw new Error(`The Redis at port ${port} belongs to ${directory}, not to ${folder}.`);
      return true;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    } finally {
      // On a connection that has already ended, disconnect() would delay the exit of the process by 2 s.
      if (client.status !== 'end') client.disconnect();
    }
    await sleep(25);
  }
  return false;
}

/** Stops the server. On SIGTERM Redis completes its append-only file and exits. */
async function stop(pid: number): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, 'SIGTERM');
  if (await waitForExit(pid, STOP_TIMEOUT_MS)) return;
  process.kill(pid, 'SIGKILL');
  await waitForExit(pid, 5_000);
}

function urlOf({ port, password }: Address): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}
