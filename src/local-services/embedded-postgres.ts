/**
 * A private PostgreSQL in a folder. It is created at first use, and started unless it is already running. It is meant
 * for trials and small shops; larger shops set DATABASE_URL.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { freePort } from './free-port';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { commandOf, isRunning, waitForExit } from './process-table';
import { launchAs, unprivilegedUser } from './unprivileged';

export interface EmbeddedPostgresOptions {
  /** False in tests: nothing is flushed to disk, so the folder is lost if the machine crashes. */
  readonly fsync?: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Whether the call that returned this object started the service; false if the service was already running. */
  readonly started: boolean;
  stop(): Promise<void>;
}

const ROLE = 'freshet';
const DATABASE = 'freshet';
// After a crash, PostgreSQL first replays its write-ahead log.
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

/** Paths below the folder given to `startPostgres`. */
function layout(folder: string) {
  return {
    data: path.join(folder, 'data'),
    password: path.join(folder, 'password'),
    port: path.join(folder, 'port'),
    log: path.join(folder, 'log'),
  };
}

/** Starts the PostgreSQL of a folder, or returns the running one. Only one process at a time may call this function. */
export async function startPostgres(folder: string, options: EmbeddedPostgresOptions = {}): Promise<RunningService> {
  const binaries = findPostgresBinaries();
  const files = layout(folder);
  mkdirSync(folder, { recursive: true });
  const joined = await joinRunning(folder);
  if (joined) return joined;
  if (existsSync(path.join(files.data, 'PG_VERSION'))) {
    requireSameMajor(files.data, binaries.major);
  } else {
    options.onProgress?.(`Creating a PostgreSQL ${binaries.major} in ${files.data}`);
    await initialise(folder, binaries, options);
  }
  // A crashed server leaves this file, which contains its process id. If another process has that id now, PostgreSQL
  // would refuse to start.
  rmSync(path.join(files.data, 'postmaster.pid'), { force: true });
  return launch(folder, binaries, options);
}

/** Returns the server that runs on this folder, no matter which process started it; `undefined` if none runs. */
async function joinRunning(folder: string): Promise<RunningService | undefined> {
  const { data } = layout(folder);
  const running = readPostmaster(data);
  if (!running) return undefined;
  const url = urlOf(folder, running.port);
  const isReady = await waitUntilReady(url, () => isRunning(running.pid));
  if (!isReady) return undefined; // It was shutting down.
  return { url, pid: running.pid, started: false, stop: () => stop(running.pid) };
}

/**
 * Returns the running server that postmaster.pid names, even if it does not accept connections yet. The file has one
 * value per line: process id, data folder, start time, port, ….
 */
function readPostmaster(data: string): { pid: number; port: number } | undefined {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return isRunning(pid) && commandOf(pid)?.startsWith('postgres') && port > 0 ? { pid, port } : undefined;
}

function requireSameMajor(data: string, expectedMajor: string): void {
  const folderMajor = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  if (folderMajor === expectedMajor) return;
  const folder = path.dirname(data);
  const url = `postgresql://${ROLE}:$(cat ${folder}/password)@127.0.0.1:$(cat ${folder}/port)/${DATABASE}`;
  throw new Error(
    `${data} was created by PostgreSQL ${folderMajor}; this release has PostgreSQL ${expectedMajor}, which can't read it. To upgrade: ` +
      `start the release of Freshet that created it; run pg_dump --no-owner -f freshet.sql "${url}"; stop it; move ` +
      `${folder} away; start this release with DEMO=off NAMESPACE=unused; run psql -f freshet.sql "${url}"; then start ` +
      `this release as usual.`,
  );
}

/** Creates the data folder under another name and renames it when complete, so that a kill leaves no partial folder. */
async function initialise(
  folder: string,
  binaries: PostgresBinaries,
  { fsync = true }: EmbeddedPostgresOptions,
): Promise<void> {
  const files = layout(folder);
  const user = unprivilegedUser();
  const draft = `${files.data}.new`;
  const passwordFile = `${files.password}.new`;
  const password = randomBytes(24).toString('hex');
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const file of [draft, passwordFile]) chownSync(file, user.uid, user.gid);
  const { command, args, options } = launchAs(
    user,
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      `--pwfile=${passwordFile}`,
      `--username=${ROLE}`,
      '--auth=scram-sha-256',
      // Without these options, initdb takes the locale from LANG. Containers often lack LANG, and the database would be
      // SQL_ASCII.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...(fsync ? [] : ['--no-sync']),
    ],
    [binaries.initdb, draft],
  );
  const fault = await runToEnd(command, args, { ...options, cwd: draft });
  rmSync(passwordFile, { force: true });
  if (fault !== null) throw new Error(`initdb failed: ${fault}`);
  writeFileSync(files.password, password, { mode: 0o600 });
  renameSync(draft, files.data);
}

/** Runs a command. @returns null if it succeeded, else why it failed */
async function runToEnd(command: string, args: readonly string[], options: SpawnOptions): Promise<string | null> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? null : lastLines(errors)));
  });
}

async function launch(
  folder: string,
  binaries: PostgresBinaries,
  options: EmbeddedPostgresOptions,
): Promise<RunningService> {
  const files = layout(folder);
  options.onProgress?.('Starting PostgreSQL');
  for (let attempt = 1; ; attempt++) {
    // Prefer the previous port, so that clients that hold the address of this server can reconnect.
    const port = await freePort(attempt === 1 ? previousPort(files.port) : undefined);
    const child = spawnServer(files, binaries, port, options.fsync ?? true);
    let ended = false;
    child.once('exit', () => (ended = true));
    child.once('error', () => (ended = true));
    const url = urlOf(folder, port);
    if (await waitUntilReady(url, () => !ended)) {
      writeFileSync(files.port, String(port));
      await ensureDatabase(url);
      const pid = child.pid as number;
      return { url, pid, started: true, stop: () => stop(pid) };
    }
    const log = existsSync(files.log) ? readFileSync(files.log, 'utf8') : '';
    const portWasTaken = log.includes('could not bind');
    if (!portWasTaken || attempt === 3)
      throw new Error(`PostgreSQL did not start in ${files.data} (${files.log}): ${lastLines(log)}`);
  }
}

/** Spawns the server in a separate process group, because Ctrl-C must not stop it before the processes that use it. */
function spawnServer(
  files: ReturnType<typeof layout>,
  binaries: PostgresBinaries,
  port: number,
  fsync: boolean,
): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_wal_size: '4GB', // Imports write much data at once.
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const { command, args, options } = launchAs(
    unprivilegedUser(),
    binaries.postgres,
    ['-D', files.data, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    [binaries.postgres, files.data],
  );
  const log = openSync(files.log, 'w', 0o600);
  const child = spawn(command, args, { ...options, cwd: files.data, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return child;
}

/**
 * Polls until the server accepts connections. Returns false as soon as `isStarting` returns false.
 * @throws Error after the timeout, and for a wrong password
 */
async function waitUntilReady(url: string, isStarting: () => boolean): Promise<boolean> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (isStarting()) {
    const client = new Client({ connectionString: maintenanceUrl(url), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      const wrongPassword = error instanceof DatabaseError && error.code === '28P01';
      if (wrongPassword)
        throw new Error(`The private PostgreSQL rejects the password in its password file: ${error.message}`);
      if (Date.now() > giveUpAt) throw error;
    }
    await sleep(25);
  }
  return false;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl(url) });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Stops the server. SIGINT is PostgreSQL's "fast" shutdown: it disconnects sessions and writes all data. */
async function stop(pid: number): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, 'SIGINT');
  if (await waitForExit(pid, STOP_TIMEOUT_MS)) return;
  process.kill(pid, 'SIGQUIT'); // Immediate shutdown; the next start recovers.
  await waitForExit(pid, 5_000);
}

function urlOf(folder: string, port: number): string {
  const file = layout(folder).password;
  if (!existsSync(file))
    throw new Error(`${file} is missing. It holds the password of the PostgreSQL in ${folder}; restore the file.`);
  return `postgresql://${ROLE}:${readFileSync(file, 'utf8')}@127.0.0.1:${port}/${DATABASE}`;
}

function maintenanceUrl(url: string): string {
  return url.replace(/\/[^/]*$/, '/postgres');
}

function previousPort(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' / ');
}
