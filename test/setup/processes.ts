/**
 * The programs of a shop, as in production: built code. Most tests run them in the shop host, which loads the code once
 * for many test files. Tests that kill or measure a process, or set NODE_OPTIONS, start one of their own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testFolder, type TestNamespace } from './shop';
import { countLaunch } from './count-launch';
import { GraphqlClient } from './graphql-client';
import { shopHost } from './shop-host-client';

const DIST = path.resolve(__dirname, '../../dist');
export const ADMIN_KEY = 'test-admin-key-0123456789';

export interface ShopProcess {
  /** Returns its log output so far. */
  readonly log: () => string;
  /** Ends it as SIGTERM does, and waits for that. @returns the exit code, or the signal that ended the process */
  stop(): Promise<number | string>;
}

export interface OwnProcess extends ShopProcess {
  readonly child: ChildProcess;
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<void>;
}

interface ServingApi {
  readonly port: number;
  /** Has the admin key. */
  readonly client: GraphqlClient;
}

const settingsOf = (shop: TestNamespace, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  DATABASE_URL: shop.databaseUrl,
  REDIS_URL: shop.redisUrl,
  NAMESPACE: shop.namespace,
  ADMIN_KEY,
  PORT: '0',
  LOG_LEVEL: 'info',
  ...env,
});

/**
 * Without a rate limit: the time that an operation takes is charged, so on a busy machine visitors would be refused. Nor
 * are events refused because a worker on a busy machine is late.
 */
const IN_HOST_SETTINGS = { RATE_LIMIT: '0', INBOX_MAX_AGE_MS: '600000' };

/** Opens a program of a shop in the host. */
function openInHost(kind: 'api' | 'worker', shop: TestNamespace, env: NodeJS.ProcessEnv) {
  if (env.NODE_OPTIONS !== undefined) throw new Error('NODE_OPTIONS needs a process of its own.');
  const id = randomUUID();
  const logFile = path.join(testFolder(kind), 'log');
  const opened = shopHost().open(id, { kind, env: settingsOf(shop, { ...IN_HOST_SETTINGS, ...env }), logFile });
  const port = opened.then((answer) => {
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.port;
  });
  port.catch(() => undefined);
  let stopped: Promise<number> | undefined;
  const close = async () => {
    await port;
    const { error } = await shopHost().close(id);
    if (error !== undefined) throw new Error(error);
    return 0;
  };
  return {
    port,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    stop: () => (stopped ??= close()),
  };
}

/** Starts a worker in the host. */
export function startWorker(shop: TestNamespace, env: NodeJS.ProcessEnv = {}): ShopProcess {
  const { log, stop } = openInHost('worker', shop, env);
  return { log, stop };
}

/** Starts an API in the host, and waits until it is ready. */
export async function startApi(shop: TestNamespace, env: NodeJS.ProcessEnv = {}): Promise<ShopProcess & ServingApi> {
  const api = openInHost('api', shop, env);
  const port = (await api.port)!;
  return { ...api, port, client: new GraphqlClient(port, { apiKey: ADMIN_KEY }) };
}

/**
 * Starts `dist/<file>`, or another program by its absolute path, on a shop. It ends with this process, because its IPC
 * channel closes.
 */
export function startProcess(file: string, shop: TestNamespace, env: NodeJS.ProcessEnv = {}): OwnProcess {
  const built = path.resolve(DIST, file);
  if (!existsSync(built)) throw new Error(`${built} is missing: run these tests with npm test, which builds first`);
  countLaunch(file);
  const child = fork(built, [], {
    env: { PATH: process.env.PATH, ...settingsOf(shop, env) },
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
export const startNaiveWorker = (shop: TestNamespace): OwnProcess =>
  startProcess(path.join(__dirname, 'naive-worker.js'), shop);

/** Starts a worker that dies (SIGKILL) whenever it is about to write the event with this id. */
export const startCrashingWorker = (shop: TestNamespace, eventId: string): OwnProcess =>
  startProcess(path.join(__dirname, 'crashing-worker.js'), shop, { CRASH_ON: eventId });

/** Starts a worker whose learner fails on events with this product, and on merges into the customer of this id. */
export const startBreakingWorker = (shop: TestNamespace, id: string): OwnProcess =>
  startWorkerProcess(shop, { NODE_OPTIONS: `--require ${path.join(__dirname, 'break-learner.js')}`, BREAK_ON: id });

/**
 * Lets the background work of a process run at normal priority: at low priority, a test would wait for the other tests
 * to finish.
 */
const AT_USUAL_PRIORITY = { NODE_OPTIONS: `--require ${path.join(__dirname, 'usual-priority.js')}` };

/**
 * Starts a worker in a process of its own. Its background work runs at normal priority, unless `env` has NODE_OPTIONS of
 * its own.
 */
export const startWorkerProcess = (shop: TestNamespace, env?: NodeJS.ProcessEnv): OwnProcess =>
  startProcess('workers/main.js', shop, { ...AT_USUAL_PRIORITY, ...env });

/**
 * Starts an API in a process of its own, and waits until it is ready.
 * @param file its program: see {@link startProcess}
 */
export async function startApiProcess(
  shop: TestNamespace,
  env?: NodeJS.ProcessEnv,
  file = 'src/main.js',
): Promise<OwnProcess & ServingApi> {
  const api = startProcess(file, shop, { ...AT_USUAL_PRIORITY, ...env });
  const port = await new Promise<number>((resolve, reject) => {
    api.child.once('message', (message) => resolve((message as { port: number }).port));
    api.child.once('exit', (code) => reject(new Error(`the API ended with ${code}: ${api.log()}`)));
  });
  return { ...api, port, client: new GraphqlClient(port, { apiKey: ADMIN_KEY }) };
}

/** How the processes of a shop are started: in the shop host, or each by itself. */
export const IN_HOST = { startApi, startWorker };
export const BY_THEMSELVES: typeof IN_HOST = {
  startApi: (shop, env) => startApiProcess(shop, env),
  startWorker: startWorkerProcess,
};
