/** Finds a Redis server or downloads one, because no npm package ships it. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface RedisBinary {
  readonly command: string;
  /** Environment variables with which an unpacked server finds its libraries; empty for an installed server. */
  readonly env: NodeJS.ProcessEnv;
}

const execute = promisify(execFile);

/** While the download runs, a line says so this often. */
const PROGRESS_MS = 4_000;

const NAMES = ['redis-server', 'valkey-server'];
const HOW_TO_GET_IT =
  'Freshet needs a Redis server: install redis or valkey (apt-get install redis-server, dnf install valkey, apk add valkey, ' +
  'brew install redis), or set REDIS_URL to a running server.';

/**
 * Returns the server on PATH, or one that an earlier call unpacked into one of `folders`. If there is neither and the
 * system is Debian or Ubuntu, downloads a server from the system's own package sources and unpacks it into the first
 * writable folder of `folders`. This needs no root rights and installs nothing: the machine gets no service, no user
 * and no changed package list.
 *
 * @throws Error with a one-line message that says how to install Redis
 */
export async function obtainRedis(
  folders: readonly string[],
  onProgress: (line: string) => void = () => {},
): Promise<RedisBinary> {
  const existingBinary = findOnPath() ?? folders.map(findUnpacked).find((binary) => binary !== undefined);
  if (existingBinary) return existingBinary;
  if (!isExecutable('/usr/bin/apt-get')) throw new Error(HOW_TO_GET_IT);
  const folder = folders.find(canWrite);
  if (folder === undefined) throw new Error(HOW_TO_GET_IT);
  const since = Date.now();
  onProgress(`Downloading redis-server from this system's package sources into ${folder}`);
  const progress = setInterval(
    () => onProgress(`Downloading redis-server … (${((Date.now() - since) / 1000).toFixed(0)} s)`),
    PROGRESS_MS,
  );
  try {
    await unpackInto(folder);
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
    throw new Error(`${HOW_TO_GET_IT} (apt-get failed: ${why})`);
  } finally {
    clearInterval(progress);
  }
  const unpacked = findUnpacked(folder);
  if (!unpacked) throw new Error(HOW_TO_GET_IT);
  return unpacked;
}

function findOnPath(): RedisBinary | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const command = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
  return command === undefined ? undefined : { command, env: {} };
}

function findUnpacked(folder: string): RedisBinary | undefined {
  const command = path.join(folder, 'usr', 'bin', 'redis-server');
  if (!isExecutable(command)) return undefined;
  const libraries = ['usr/lib', 'lib'].map((name) => path.join(folder, name)).filter((name) => existsSync(name));
  const places = libraries.flatMap((name) => [name, ...foldersIn(name)]);
  return { command, env: { LD_LIBRARY_PATH: places.join(':') } };
}

/** Downloads redis-server and the dependencies that this system lacks, and unpacks them into `folder`. */
async function unpackInto(folder: string): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'freshet-redis-'));
  const draft = `${folder}.${process.pid}`;
  try {
    for (const name of ['lists/partial', 'archives/partial', 'cache'])
      mkdirSync(path.join(work, name), { recursive: true });
    const settings = [
      `Dir::State::Lists=${work}/lists`,
      `Dir::Cache=${work}/cache`,
      `Dir::Cache::archives=${work}/archives`,
      'Debug::NoLocking=1', // All files that apt-get changes are in this private folder.
      'APT::Sandbox::User=', // apt-get's own user can't enter this folder.
      'Acquire::Languages=none',
      'Acquire::Retries=3',
    ].flatMap((setting) => ['-o', setting]);
    await run('apt-get', [...settings, '-qq', 'update']);
    await run('apt-get', [
      ...settings,
      '-qq',
      '-y',
      '--download-only',
      '--no-install-recommends',
      'install',
      'redis-server',
    ]);
    mkdirSync(draft, { recursive: true });
    const packages = readdirSync(path.join(work, 'archives')).filter((name) => name.endsWith('.deb'));
    for (const name of packages) await run('dpkg-deb', ['-x', path.join(work, 'archives', name), draft]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    for (const name of [work, draft]) rmSync(name, { recursive: true, force: true });
  }
}

async function run(command: string, args: string[]): Promise<void> {
  await execute(command, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canWrite(folder: string): boolean {
  try {
    mkdirSync(path.dirname(folder), { recursive: true });
    accessSync(path.dirname(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}
