/** A shop of its own for a bench: private services in a folder that goes afterwards, real processes. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../src/config';
import { connectPlatform, type Platform } from '../src/platform/connect';
import { migrate } from '../src/platform/migrate';
import { startServices } from '../src/platform/services';
import { parentOf, usageOf, usageOfFamily, type Usage } from './usage';

const ADMIN_KEY = 'bench-admin-key-0123456789';

export interface BenchShop {
  readonly platform: Platform;
  /** Starts one API and one worker process. @param worker false: the API process alone */
  open(options?: { readonly worker: boolean }): Promise<{ port: number; adminKey: string }>;
  /** Of the API and worker processes. */
  usage(): Usage;
  /** Of all processes of PostgreSQL. */
  databaseUsage(): Promise<Usage>;
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
  const children: ChildProcess[] = [];
  const start = (file: string) => {
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      NAMESPACE: config.namespace,
      ADMIN_KEY,
      PORT: '0',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      DEMO_TRAFFIC: 'off',
    };
    const child = fork(path.resolve(__dirname, '..', file), [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    return child;
  };
  return {
    platform,
    open: async ({ worker } = { worker: true }) => {
      if (worker) start('workers/main.js');
      const api = start('src/main.js');
      const ended = once(api, 'exit').then(() => {
        throw new Error('the API process ended before it was ready');
      });
      const [message] = (await Promise.race([once(api, 'message'), ended])) as [{ port: number }];
      return { port: message.port, adminKey: ADMIN_KEY };
    },
    usage: () => usageOf(children.map((child) => child.pid as number)),
    databaseUsage: async () => {
      const { rows } = await platform.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return usageOfFamily(parentOf(rows[0].pid));
    },
    close: async () => {
      await Promise.all(
        children.map(async (child) => {
          const gone = once(child, 'exit');
          child.kill('SIGTERM');
          await gone;
        }),
      );
      await platform.close();
      await services.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
