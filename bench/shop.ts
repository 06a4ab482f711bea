/** A separate shop for a bench: private services in a temporary folder, and real processes. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readConfig } from '../src/config';
import { withAllocatorSettings } from '../src/platform/allocator-settings';
import { connectPlatform, type Platform } from '../src/platform/connect';
import { migrate } from '../src/platform/migrate';
import { startServices } from '../src/local-services/services';
import { cpuOfEndedChildren, cpuWithChildren, parentOf, usageOf, usageOfFamily, type Usage } from './usage';

const API = 'src/main.js';
const WORKER = 'workers/main.js';
export const ADMIN_KEY = 'bench-admin-key-0123456789';

export interface OpenOptions {
  /** False: the API process only. */
  readonly worker?: boolean;
  /** Added to the environment of every process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line that the worker logs, from level `info`. Default: warnings are written to stderr. */
  readonly onWorkerLog?: (line: string) => void;
}

/** The parts of a shop whose CPU time is measured: `command` is the commands that have ended, `refresh` all refreshes. */
const STAGES = ['command', 'API', 'worker', 'refresh', 'PostgreSQL'] as const;
/** CPU seconds. */
export type StageCpu = Readonly<Record<(typeof STAGES)[number], number>>;

export interface BenchShop {
  readonly platform: Platform;
  /** Starts one API and one worker process. */
  open(options?: OpenOptions): Promise<{ port: number; adminKey: string }>;
  /** Starts one more worker process. */
  startWorker(env?: NodeJS.ProcessEnv): void;
  /** Kills all worker processes (SIGKILL). */
  killWorkers(): void;
  /** Stops the API and worker processes; `open` starts them again. */
  shut(): Promise<void>;
  /** Runs `freshet ARGUMENTS` on the shop. @throws Error if the command fails. @returns its output */
  command(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
  /** Usage of the API and worker processes. */
  usage(): Usage;
  /** Usage of all PostgreSQL processes. */
  databaseUsage(): Promise<Usage>;
  /** Calls `work`, during which no API or worker process may end. @returns the CPU time that each part used meanwhile */
  stageCpuOf(work: () => Promise<unknown>): Promise<StageCpu>;
  close(): Promise<void>;
}

export async function benchShop(): Promise<BenchShop> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'freshet-bench-'));
  chmodSync(dataDir, 0o711); // PostgreSQL may have to run as another user
  const config = { ...readConfig({}), dataDir, namespace: 'bench', logLevel: 'warn' as const };
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  const { databaseUrl, redisUrl } = services;
  await migrate(databaseUrl, config.namespace);
  const platform = connectPlatform({ ...config, databaseUrl, redisUrl }, 'bench');
  const children = new Set<ChildProcess>();
  const shopEnv = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    NAMESPACE: config.namespace,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
  };
  const start = (file: string, more: NodeJS.ProcessEnv = {}, onLog?: (line: string) => void) => {
    const settings = { ...shopEnv, ADMIN_KEY, PORT: '0', NODE_ENV: 'production', DEMO_TRAFFIC: 'off', ...more };
    const env = withAllocatorSettings(settings); // as `npm start` does
    const stderr = onLog === undefined ? 'inherit' : 'pipe';
    const child = fork(path.resolve(__dirname, '..', file), [], { env, stdio: ['ignore', 'ignore', stderr, 'ipc'] });
    if (onLog !== undefined && child.stderr !== null) createInterface(child.stderr).on('line', onLog);
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const shut = async () => {
    await Promise.all(
      [...children].map(async (child) => {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }),
    );
  };
  const running = (file: string) =>
    [...children].filter(({ spawnargs }) => spawnargs.some((argument) => argument.endsWith(file)));
  const databaseUsage = async () => {
    const { rows } = await platform.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return usageOfFamily(parentOf(rows[0].pid));
  };
  const stageCpu = async (): Promise<StageCpu> => {
    const workers = running(WORKER).map(({ pid }) => cpuWithChildren(pid as number));
    return {
      command: cpuOfEndedChildren(),
      API: usageOf(running(API).map(({ pid }) => pid as number)).cpuSeconds,
      worker: workers.reduce((sum, { own }) => sum + own, 0),
      refresh: workers.reduce((sum, { children: refreshes }) => sum + refreshes, 0),
      PostgreSQL: (await databaseUsage()).cpuSeconds,
    };
  };
  return {
    platform,
    open: async ({ worker = true, env, onWorkerLog } = {}) => {
      if (worker) start(WORKER, onWorkerLog === undefined ? env : { ...env, LOG_LEVEL: 'info' }, onWorkerLog);
      const api = start(API, env);
      const ended = once(api, 'exit').then(() => {
        throw new Error('the API process ended before it was ready');
      });
      const [message] = (await Promise.race([once(api, 'message'), ended])) as [{ port: number }];
      return { port: message.port, adminKey: ADMIN_KEY };
    },
    startWorker: (env) => void start(WORKER, env),
    killWorkers: () => {
      for (const child of running(WORKER)) child.kill('SIGKILL');
    },
    shut,
    command: async (args, more = {}) => {
      const file = path.resolve(__dirname, '../cli/main.js');
      const env = { ...shopEnv, ...more };
      const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let printed = '';
      let errors = '';
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`freshet ${args.join(' ')} ended with ${code}: ${errors.slice(-2_000)}`);
      return printed;
    },
    usage: () => usageOf([...children].map((child) => child.pid as number)),
    databaseUsage,
    stageCpuOf: async (work) => {
      const before = await stageCpu();
      await work();
      const after = await stageCpu();
      return Object.fromEntries(STAGES.map((stage) => [stage, after[stage] - before[stage]])) as StageCpu;
    },
    close: async () => {
      await shut();
      await platform.close();
      await services.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
