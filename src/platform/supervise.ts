/** Child processes that are kept running: one that dies is started again, and all end with this process. */
import { type ChildProcess, fork } from 'node:child_process';

export interface SupervisedChild {
  /** The port it listens on, once it has said so: `process.send({ port })`. */
  readonly port: number | undefined;
  /** Rejects with `ChildGaveUp` when it has died too often before it was trusted. */
  readonly failed: Promise<never>;
  /** From now on it is started again for ever: it has shown that it can run. */
  trust(): void;
  /** Asks it to end, waits for that, and forces it after a time. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly env: NodeJS.ProcessEnv;
  /** One line for each thing an operator wants to know. */
  readonly onEvent: (line: string) => void;
  /** A child that was up for so long is healthy: what happened before is forgotten. */
  readonly healthyAfterMs?: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  readonly stopPatienceMs?: number;
}

/** A child that dies as often as this before it has run well once will not do better: its settings are wrong. */
const ATTEMPTS_AT_START = 4;

export class ChildGaveUp extends Error {}

/**
 * Starts a Node program and starts it again, later each time, when it dies without having been asked to.
 *
 * The IPC channel is there so that the child notices the end of this process, also by SIGKILL: it must stop on
 * `process.on('disconnect')`.
 *
 * @param title what it is called in the lines for the operator
 * @param file the program, built
 */
export function supervise(title: string, file: string, options: SuperviseOptions): SupervisedChild {
  const { healthyAfterMs = 10_000, firstDelayMs = 250, longestDelayMs = 10_000, stopPatienceMs = 30_000 } = options;
  let child: ChildProcess | undefined;
  let port: number | undefined;
  let deaths = 0;
  let trusted = false;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (error: ChildGaveUp) => void;
  const failed = new Promise<never>((_, reject) => (giveUp = reject));
  failed.catch(() => undefined);

  const begin = () => {
    const since = Date.now();
    const current = fork(file, [], { env: options.env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child = current;
    current.on('message', (message) => (port = portIn(message) ?? port));
    // What can't be started or reached emits an error; it has ended, or an exit follows.
    current.on('error', () => undefined);
    current.once('exit', (code, signal) => {
      child = undefined;
      if (stopping) return;
      const healthy = Date.now() - since >= healthyAfterMs;
      deaths = healthy ? 1 : deaths + 1;
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      if (!trusted && deaths >= ATTEMPTS_AT_START) {
        giveUp(new ChildGaveUp(`The ${title} process ${how} ${deaths} times in a row; giving up.`));
        return;
      }
      const delay = Math.min(firstDelayMs * 2 ** (deaths - 1), longestDelayMs);
      options.onEvent(`The ${title} process ${how}; starting it again in ${delay / 1000} s`);
      timer = setTimeout(begin, delay);
    });
  };
  begin();

  return {
    get port() {
      return port;
    },
    failed,
    trust() {
      trusted = true;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const current = child;
      if (!current) return;
      const gone = new Promise((resolve) => current.once('exit', resolve));
      current.kill('SIGTERM');
      const force = setTimeout(() => {
        options.onEvent(`The ${title} process has not ended after ${stopPatienceMs / 1000} s; forcing it`);
        current.kill('SIGKILL');
      }, stopPatienceMs);
      await gone;
      clearTimeout(force);
    },
  };
}

function portIn(message: unknown): number | undefined {
  const port = typeof message === 'object' && message !== null ? (message as { port?: unknown }).port : undefined;
  return typeof port === 'number' ? port : undefined;
}
