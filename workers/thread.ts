import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../src/platform/log';

export interface Thread<Result = unknown> {
  /** Resolves with what it sent last when it has ended; rejects when it failed. */
  readonly ended: Promise<Result>;
  /** Asks it to finish and waits. */
  stop(): Promise<void>;
  /** Ends it where it stands. */
  terminate(): Promise<void>;
}

/**
 * Runs `workers/<name>.thread.ts` off the event loop: CPU work on it would cost the queues their locks.
 * @param onMessage told what it sends, as it does
 */
export function startThread<Result = unknown>(
  name: string,
  log: Logger,
  data?: unknown,
  onMessage?: (message: Result) => void,
): Thread<Result> {
  const thread = new Worker(path.join(__dirname, `${name}.thread.js`), { workerData: data });
  let result: Result;
  thread.on('message', (message: Result) => {
    result = message;
    onMessage?.(message);
  });
  const ended = new Promise<Result>((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', (code) =>
      code === 0 ? resolve(result) : reject(new Error(`thread ${name} ended with ${code}`)),
    );
  });
  ended.catch((error: Error) => log.warn({ thread: name, error: error.message }, 'thread ended'));
  return {
    ended,
    stop: async () => {
      thread.postMessage('stop');
      await ended.catch(() => undefined);
    },
    terminate: async () => void (await thread.terminate()),
  };
}

const RESTART_MS = 1_000;

/** Keeps a thread running: one that fails is started again. */
export function keepThread(name: string, log: Logger): Pick<Thread, 'stop'> {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let thread: Thread;
  const begin = () => {
    thread = startThread(name, log);
    thread.ended
      .catch(() => undefined)
      .finally(() => {
        if (!stopping) timer = setTimeout(begin, RESTART_MS);
      });
  };
  begin();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      await thread.stop();
    },
  };
}
