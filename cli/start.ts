/**
 * `npm start`: starts PostgreSQL and Redis, applies migrations, opens the shop, and starts one API and one worker
 * process. All of them end with this process.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError, readConfig } from '../src/config';
import { canListen } from '../src/local-services/free-port';
import { connectHost, isEverywhere } from '../src/platform/connect-host';
import { ProgressLines } from '../src/platform/progress-lines';
import { requireReachable } from '../src/platform/reachable';
import { MovedService, startServices, type Services } from '../src/local-services/services';
import { ChildFailedError, type SupervisedChild, supervise } from '../src/platform/supervise';
import { announceFirstFits } from './first-fits';

const dist = path.dirname(__dirname);
const READY_TIMEOUT_MS = 120_000;
const REVIVE_INTERVAL_MS = 1_000;

/** The child processes and services that must be stopped, in this order. */
interface RunningServices {
  children: SupervisedChild[];
  services?: Services;
  /** Says which models are fitted for the first time. Ends when this process stops. */
  announcing?: Promise<void>;
}

function printLine(line: string): void {
  console.error(line);
}

/** The environment, with the defaults of this command: warnings only, as text. */
function settingsOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL?.trim() || 'warn', LOG_FORMAT: env.LOG_FORMAT?.trim() || 'text' };
}

async function start(config: Config, running: RunningServices, signal: AbortSignal): Promise<void> {
  const progress = new ProgressLines(printLine);
  try {
    const namespace = await startAll(config, running, signal, progress);
    running.announcing = announceFirstFits(running.services!.databaseUrl, namespace, progress, signal);
  } finally {
    progress.rest();
  }
}

/** Returns the namespace of the opened shop. */
async function startAll(
  config: Config,
  running: RunningServices,
  signal: AbortSignal,
  progress: ProgressLines,
): Promise<string> {
  if (config.port !== 0 && !(await canListen(config.port, config.host)))
    throw new Error(
      `Port ${config.port} of ${config.host} is in use: stop the process that listens on it (another Freshet?), or set PORT to another port.`,
    );
  progress.say('Starting Freshet');
  await requireReachable(config);
  signal.throwIfAborted();
  const services = startServices(config, { onProgress: progress.say });
  // Loading it takes a second, in which the services start.
  const [{ openShop }] = await Promise.all([import('./open-shop.js'), services]);
  running.services = await services;
  const { databaseUrl, redisUrl } = running.services;
  signal.throwIfAborted();
  const namespace = await openShop(config, running.services, progress);
  signal.throwIfAborted();
  const env = {
    ...settingsOf(process.env),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    NAMESPACE: namespace,
  };
  progress.doing('Waiting until the API process is ready');
  const api = supervise('API', path.join(dist, 'src', 'main.js'), { env, onEvent: printLine });
  const worker = supervise('worker', path.join(dist, 'workers', 'main.js'), { env, onEvent: printLine });
  running.children.push(api, worker);
  const address = `http://${displayHost(config.host)}:${await waitUntilApiReady(config, api, worker, signal)}`;
  for (const child of running.children) child.trust();
  if (config.shopPage) console.log(`Shop: ${address}/shop/`);
  console.log(`Freshet is ready at ${address}/graphql`);
  console.log(`Console: ${address}/console/`);
  console.log(`Create another admin key: ${adminKeyCommand(namespace)}`);
  return namespace;
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
  for (;;) {
    signal.throwIfAborted();
    if (fault) throw fault;
    // The API process reports its port after it has printed the admin key, if it has created one.
    const { port } = api;
    if (port && (await isResponding(`http://${connectHost(config.host)}:${port}/readyz`))) return port;
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
  await running.announcing;
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
    await start(readConfig(settingsOf(process.env)), running, aborter.signal);
    await Promise.race([stopRequested, superviseServices(running.services as Services, aborter.signal)]);
  } catch (error) {
    if (!aborter.signal.aborted) {
      exitCode = 1;
      printLine(errorText(error));
    }
  }
  aborter.abort();
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
