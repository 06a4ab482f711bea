/** Provides PostgreSQL and Redis for a command: the servers in the settings, or private servers in DATA_DIR. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config';
import { type RunningService, startPostgres } from './embedded-postgres';
import { registerUser, unregisterUser } from './service-users';
import { withLock } from './lock-file';
import { isRunning } from './process-table';
import { startRedis } from './private-redis';

export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Which services {@link startServices} started. The others were already running, or come from the settings. */
  readonly started: { readonly postgres: boolean; readonly redis: boolean };
  /**
   * Restarts private services that have ended unexpectedly, at their previous address.
   * @returns the names of the restarted services
   * @throws MovedService if the previous port is taken, and the errors of starting a service
   */
  revive(): Promise<readonly string[]>;
  /** Releases the services. A private service stops with the last process that uses it. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** False in tests: nothing is flushed to disk. */
  readonly fsync?: boolean;
  readonly onProgress?: (line: string) => void;
}

type ServiceKind = 'postgres' | 'redis';

const NAMES: Record<ServiceKind, string> = { postgres: 'PostgreSQL', redis: 'Redis' };

/** Thrown if a restarted service has a new address, so that its clients can't reconnect. */
export class MovedService extends Error {}

/** A private service that is in use, and the path of the file that {@link registerUser} created for this use. */
interface HeldService {
  readonly service: RunningService;
  readonly userFile: string;
}

/**
 * Uses `databaseUrl` and `redisUrl` if they are set. Otherwise starts the private services of `dataDir`, or uses them
 * if they are running already, even if the command that started them has crashed.
 *
 * Any number of processes may call this concurrently. A private service runs until no process uses it, no matter which
 * process started it.
 */
export async function startServices(
  config: Pick<Config, 'databaseUrl' | 'redisUrl' | 'dataDir'>,
  options: ServiceOptions = {},
): Promise<Services> {
  const start: Record<ServiceKind, () => Promise<RunningService>> = {
    postgres: () => startPostgres(path.join(config.dataDir, 'postgres'), options),
    redis: () =>
      startRedis(path.join(config.dataDir, 'redis'), {
        binaryFolders: redisBinaryFolders(config.dataDir),
        persistent: options.fsync ?? true,
        onProgress: options.onProgress,
      }),
  };
  const kinds = (['postgres', 'redis'] as const).filter(
    (kind) => !(kind === 'postgres' ? config.databaseUrl : config.redisUrl),
  );
  const held = kinds.length > 0 ? await acquire(config.dataDir, kinds, start) : {};

  let stopping: Promise<void> | undefined;
  return {
    databaseUrl: config.databaseUrl ?? held.postgres!.service.url,
    redisUrl: config.redisUrl ?? held.redis!.service.url,
    started: { postgres: held.postgres?.service.started ?? false, redis: held.redis?.service.started ?? false },
    revive: () => revive(config.dataDir, held, start, () => stopping !== undefined),
    stop: () => (stopping ??= stopServices(config.dataDir, held)),
  };
}

/**
 * Returns the folders into which a Redis server may be unpacked: one next to the npm packages, for all shops of this
 * checkout, and one in DATA_DIR.
 */
function redisBinaryFolders(dataDir: string): string[] {
  const packages = path.dirname(path.dirname(require.resolve('ioredis/package.json')));
  return [path.join(packages, '.freshet', 'redis'), path.join(dataDir, 'redis-server')];
}

/** @throws Error with a one-line message if the folder can't be created or written */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path.resolve(dataDir)} is not writable (${code}): make it writable for this user, set DATA_DIR to a writable ` +
        'folder, or set DATABASE_URL and REDIS_URL.',
    );
  }
}

async function acquire(
  dataDir: string,
  kinds: readonly ServiceKind[],
  start: Record<ServiceKind, () => Promise<RunningService>>,
): Promise<Partial<Record<ServiceKind, HeldService>>> {
  makeFolder(dataDir);
  return withLock(lockFile(dataDir), async () => {
    const outcomes = await Promise.allSettled(
      kinds.map(async (kind) => {
        const service = await start[kind]();
        const held: HeldService = { service, userFile: registerUser(path.join(dataDir, 'users', kind)) };
        return [kind, held] as const;
      }),
    );
    const held = Object.fromEntries(
      outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (!failed) return held;
    await releaseServices(held);
    throw failed.reason;
  });
}

async function revive(
  dataDir: string,
  held: Partial<Record<ServiceKind, HeldService>>,
  start: Record<ServiceKind, () => Promise<RunningService>>,
  isStopping: () => boolean,
): Promise<readonly string[]> {
  const hasEnded = (kind: ServiceKind) => held[kind] !== undefined && !isRunning(held[kind].service.pid);
  const endedKinds = (['postgres', 'redis'] as const).filter(hasEnded);
  if (endedKinds.length === 0) return [];
  await withLock(lockFile(dataDir), async () => {
    if (isStopping()) return;
    for (const kind of endedKinds) {
      const { service, userFile } = held[kind] as HeldService;
      const restarted = await start[kind]();
      held[kind] = { service: restarted, userFile };
      if (restarted.url !== service.url)
        throw new MovedService(`${NAMES[kind]} has ended, and another program now uses its port: start Freshet again.`);
    }
  });
  return endedKinds.map((kind) => NAMES[kind]);
}

async function stopServices(dataDir: string, held: Partial<Record<ServiceKind, HeldService>>): Promise<void> {
  if (held.postgres || held.redis) await withLock(lockFile(dataDir), () => releaseServices(held));
}

/** Releases Redis first, because its data can be rebuilt from PostgreSQL. */
async function releaseServices({ postgres, redis }: Partial<Record<ServiceKind, HeldService>>): Promise<void> {
  if (redis && unregisterUser(redis.userFile)) await redis.service.stop();
  if (postgres && unregisterUser(postgres.userFile)) await postgres.service.stop();
}

function lockFile(dataDir: string): string {
  return path.join(dataDir, 'services.lock');
}
