/**
 * `npm start`: starts PostgreSQL and Redis, applies migrations, opens the shop, and starts one API and one worker
 * process. All of them end with this process.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError, readConfig } from '../src/config';
import { canListen } from '../src/local-services/free-port';
import { connectHost, isEverywhere } from '../src/platform/connect-host';
import { requireReachable } from '../src/platform/reachable';
import { MovedService, startServices, type Services } from '../src/local-services/services';
import { ChildFailedError, type SupervisedChild, supervise } from '../src/platform/supervise';
import { openShop } from './open-shop';

const dist = path.dirname(__dirname);
const READY_TIMEOUT_MS = 120_000;
const REVIVE_INTERVAL_MS = 1_000;
/** While something takes long, this often a line says what. */
const PROGRESS_MS = 4_000;

/** The child processes and services that must be stopped, in this order. */
interface RunningServices {
  children: SupervisedChild[];
  services?: Services;
}

function printLine(line: string): void {
  console.error(line);
}

async function start(config: Config, running: RunningServices, signal: AbortSignal): Promise<void> {
  if (config.port !== 0 && !(await canListen(config.port, config.host)))
    throw new Error(
      `Port ${config.port} of ${config.host} is in use: stop the process that listens on it (another Freshet?), or set PORT to another port.`,
    );
  await requireReachable(config);
  signal.throwIfAborted();
  running.services = await startServices(config, { onProgress: printLine });
  const { databaseUrl, redisUrl } = running.services;
  signal.throwIfAborted();
  const namespace = await openShop(config, running.services, printLine);
  signal.throwIfAborted();
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    NAMESPACE: namespace,
    LOG_LEVEL: process.env.LOG_LEVEL?.trim() || 'warn',
  };
  const api = supervise('API', path.join(dist, 'src', 'main.js'), { env, onEvent: printLine });
  const worker = supervise('worker', path.join(dist, 'workers', 'main.js'), { env, onEvent: printLine });
  running.children.push(api, worker);
  const address = `http://${displayHost(config.host)}:${await waitUntilApiReady(config, api, worker, signal)}`;
  for (const child of running.children) child.trust();
  if (config.shopPage) console.log(`Shop: ${address}/shop/`);
  console.log(`Freshet is ready at ${address}/graphql`);
  console.log(`Console: ${address}/console/`);
  console.log(`Create another admin key: ${adminKeyCommand(namespace)}`);
}

/** Returns the command that creates another admin key. The first admin key is printed only once, at the first start. */
function adminKeyCommand(namespace: string): string {
  const namespacePrefix = process.env.NAMESPACE?.trim() ? `NAMESPACE=${namespace} ` : '';
  return `${namespacePrefix}npm run -s freshet -- key create --scope admin`;
}

/** Waits until the API answers /readyz. Returns its port. */
async function waitUntilApiReady(
  config: Config,
  api: SupervisedChild,
  worker: SupervisedChild,
  signal: AbortSignal,
): Promise<number> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  const failed = Promise.race([api.failed, worker.failed]);
  let fault: Error | undefined;
  failed.catch((error: Error) => (fault = error));
  let notifyAt = Date.now() + PROGRESS_MS;
  for (;;) {
    signal.throwIfAborted();
    if (fault) throw fault;
    // The API process reports its port after it has printed the admin key, if it has created one.
    const { port } = api;
    if (port && (await isResponding(`http://${connectHost(config.host)}:${port}/readyz`))) return port;
    if (Date.now() >= notifyAt) {
      printLine('Waiting until the API process is ready …');
      notifyAt += PROGRESS_MS;
    }
    if (Date.now() > giveUpAt) throw new Error(`The API did not become ready within ${READY_TIMEOUT_MS / 1000} s.`);
    await sleep(50);
  }
}

async function isResponding(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Restarts PostgreSQL and Redis when they end.
 * @throws MovedService if one restarts at another address, so that its clients can't reconnect
 */
async function superviseServices(services: Services, signal: AbortSignal): Promise<void> {
  let fault = '';
  while (!signal.aborted) {
    await sleep(REVIVE_INTERVAL_MS);
    try {
      for (const name of await services.revive()) printLine(`${name} ended unexpectedly and was restarted`);
      fault = '';
    } catch (error) {
      if (error instanceof MovedService) throw error;
      if (errorText(error) !== fault) printLine((fault = errorText(error)));
    }
  }
}

/** Stops the child processes first, because they need Redis and PostgreSQL to end their work. */
async function stop(running: RunningServices): Promise<void> {
  await Promise.all(running.children.map((child) => child.stop()));
  await running.services?.stop();
}

function displayHost(host: string): string {
  return isEverywhere(host) || host === '127.0.0.1' || host === '::1' ? 'localhost' : connectHost(host);
}

async function main(): Promise<void> {
  const running: RunningServices = { children: [] };
  const aborter = new AbortController();
  // Ctrl-C reaches the whole process group, including the children, and npm forwards it, too. So it may arrive twice.
  const stopRequested = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(name, () => {
        if (!aborter.signal.aborted) printLine('Stopping …');
        aborter.abort();
        resolve();
      });
  });
  let exitCode = 0;
  try {
    await start(readConfig(), running, aborter.signal);
    await Promise.race([stopRequested, superviseServices(running.services as Services, aborter.signal)]);
  } catch (error) {
    if (!aborter.signal.aborted) {
      exitCode = 1;
      printLine(errorText(error));
    }
  }
  await stop(running).catch((error: unknown) => {
    exitCode = 1;
    printLine(errorText(error));
  });
  process.exit(exitCode);
}

/** Returns one line for errors that the operator can resolve, and the stack for programming errors. */
function errorText(error: unknown): string {
  if (error instanceof ConfigError) return error.faults.join('\n');
  if (error instanceof ChildFailedError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const isProgrammingError =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isProgrammingError ? (error.stack ?? error.message) : error.message;
}

void main();
