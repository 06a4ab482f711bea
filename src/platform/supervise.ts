/** Supervises child processes: restarts a child that dies, and ends all children with this process. */
import { type ChildProcess, fork } from 'node:child_process';
import { withAllocatorSettings } from './allocator-settings';

export interface SupervisedChild {
  /** The port that the child listens on, after it has reported it by `process.send({ port })`. */
  readonly port: number | undefined;
  /** Rejects with `ChildFailedError` if the child has died too often before {@link trust} was called. */
  readonly failed: Promise<never>;
  /** Marks the child as able to run: from now on it is restarted without limit. */
  trust(): void;
  /** Sends SIGTERM, waits for the child to end, and sends SIGKILL after `stopTimeoutMs`. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Called with one line for each event that concerns an operator. */
  readonly onEvent: (line: string) => void;
  /** A child that ran for this long is healthy: its previous deaths no longer count. */
  readonly healthyAfterMs?: number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  readonly stopTimeoutMs?: number;
}

/** A child that dies this many times in a row before it is trusted is not restarted. Its settings must be wrong. */
const MAX_START_ATTEMPTS = 4;

export class ChildFailedError extends Error {}

/**
 * Starts a Node program. If it dies without having been stopped, restarts it after a delay that doubles each time, up
 * to `maxDelayMs`.
 *
 * The child must stop when its `process` emits `disconnect`. The IPC channel causes this event when this process ends,
 * even by SIGKILL.
 *
 * @param title the name of the process in the lines for the operator
 * @param file the built program
 */
export function supervise(title: string, file: string, options: SuperviseOptions): SupervisedChild {
  const { healthyAfterMs = 10_000, firstDelayMs = 250, maxDelayMs = 10_000, stopTimeoutMs = 30_000 } = options;
  let child: ChildProcess | undefined;
  let port: number | undefined;
  let deaths = 0;
  let trusted = false;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (error: ChildFailedError) => void;
  const failed = new Promise<never>((_, reject) => (giveUp = reject));
  failed.catch(() => undefined);

  const begin = () => {
    const startedAt = Date.now();
    const env = withAllocatorSettings(options.env);
    const current = fork(file, [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child = current;
    current.on('message', (message) => (port = portIn(message) ?? port));
    // Without a listener, an error of the child would end this process. If the child ends, an exit event follows.
    current.on('error', () => undefined);
    current.once('exit', (code, signal) => {
      child = undefined;
      if (stopping) return;
      const healthy = Date.now() - startedAt >= healthyAfterMs;
      deaths = healthy ? 1 : deaths + 1;
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      if (!trusted && deaths >= MAX_START_ATTEMPTS) {
        giveUp(new ChildFailedError(`The ${title} process ${how} ${deaths} times in a row; giving up.`));
        return;
      }
      const delay = Math.min(firstDelayMs * 2 ** (deaths - 1), maxDelayMs);
      options.onEvent(`The ${title} process ${how}; restarting it in ${delay / 1000} s`);
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
      const exited = new Promise((resolve) => current.once('exit', resolve));
      current.kill('SIGTERM');
      const force = setTimeout(() => {
        options.onEvent(`The ${title} process has not ended after ${stopTimeoutMs / 1000} s; sending SIGKILL`);
        current.kill('SIGKILL');
      }, stopTimeoutMs);
      await exited;
      clearTimeout(force);
    },
  };
}

function portIn(message: unknown): number | undefined {
  const port = typeof message === 'object' && message !== null ? (message as { port?: unknown }).port : undefined;
  return typeof port === 'number' ? port : undefined;
}
