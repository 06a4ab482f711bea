/** Complete processes of a shop, as in production: built code, real kills. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TestNamespace } from './shop';
import { GraphqlClient } from './graphql-client';

const DIST = path.resolve(__dirname, '../../dist');
export const ADMIN_KEY = 'test-admin-key-0123456789';

export interface ShopProcess {
  readonly child: ChildProcess;
  /** Returns its log output so far. */
  readonly log: () => string;
  /** Sends SIGTERM and waits until the process has ended. @returns its exit code, or the signal that ended it */
  stop(): Promise<number | string>;
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<void>;
}

/**
 * Starts `dist/<file>`, or another program by its absolute path, on a shop. It ends with this process, because its IPC
 * channel closes.
 */
export function startProcess(file: string, shop: TestNamespace, env: NodeJS.ProcessEnv = {}): ShopProcess {
  const built = path.resolve(DIST, file);
  if (!existsSync(built)) throw new Error(`${built} is missing: run these tests with npm test, which builds first`);
  const child = fork(built, [], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: shop.databaseUrl,
      REDIS_URL: shop.redisUrl,
      NAMESPACE: shop.namespace,
      ADMIN_KEY,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = once(child, 'exit') as Promise<[number, string]>;
  return {
    child,
    log: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await gone;
      return code ?? signal;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Starts a worker with a job that also counts outside the transaction, in the table of `NaiveCounts`. */
export const startNaiveWorker = (shop: TestNamespace): ShopProcess =>
  startProcess(path.join(__dirname, 'naive-worker.js'), shop);

/** Starts a worker that dies (SIGKILL) whenever it is about to write the event with this id. */
export const startCrashingWorker = (shop: TestNamespace, eventId: string): ShopProcess =>
  startProcess(path.join(__dirname, 'crashing-worker.js'), shop, { CRASH_ON: eventId });

/** Starts a worker whose learner fails on events with this product, and on merges into the customer of this id. */
export const startBreakingWorker = (shop: TestNamespace, id: string): ShopProcess =>
  startWorker(shop, { NODE_OPTIONS: `--require ${path.join(__dirname, 'break-learner.js')}`, BREAK_ON: id });

/**
 * Lets the background work of a process run at normal priority: at low priority, a test would wait for the other tests
 * to finish.
 */
const AT_USUAL_PRIORITY = { NODE_OPTIONS: `--require ${path.join(__dirname, 'usual-priority.js')}` };

/** Starts a worker. Its background work runs at normal priority, unless `env` has NODE_OPTIONS of its own. */
export const startWorker = (shop: TestNamespace, env?: NodeJS.ProcessEnv): ShopProcess =>
  startProcess('workers/main.js', shop, { ...AT_USUAL_PRIORITY, ...env });

/**
 * Starts an API process and waits until it is ready; returns it with a client that has its admin key.
 * @param file its program: see {@link startProcess}
 */
export async function startApi(
  shop: TestNamespace,
  env?: NodeJS.ProcessEnv,
  file = 'src/main.js',
): Promise<ShopProcess & { port: number; client: GraphqlClient }> {
  const api = startProcess(file, shop, { ...AT_USUAL_PRIORITY, ...env });
  const port = await new Promise<number>((resolve, reject) => {
    api.child.once('message', (message) => resolve((message as { port: number }).port));
    api.child.once('exit', (code) => reject(new Error(`the API ended with ${code}: ${api.log()}`)));
  });
  return { ...api, port, client: new GraphqlClient(port, { apiKey: ADMIN_KEY }) };
}
