import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from './log';

export interface Thread<Result = unknown> {
  /** Resolves with the last message of the thread when it has ended; rejects if it failed. */
  readonly ended: Promise<Result>;
  send(message: unknown): void;
  /** Asks the thread to finish and waits until it has ended. */
  stop(): Promise<void>;
  /** Ends the thread immediately and logs nothing. {@link ended} rejects, because there is no result. */
  terminate(): Promise<void>;
}

/**
 * Runs a program in a thread, because CPU work on the event loop would delay the renewal of locks and leases.
 * @param file absolute path of the built program
 */
export function startThread<Result = unknown>(
  file: string,
  log: Logger,
  { data, onMessage }: { readonly data?: unknown; readonly onMessage?: (message: Result) => void } = {},
): Thread<Result> {
  const name = path.basename(file, '.thread.js');
  const thread = new Worker(file, { workerData: data });
  let result: Result;
  let ending = false;
  thread.on('message', (message: Result) => {
    result = message;
    onMessage?.(message);
  });
  const ended = new Promise<Result>((resolve, reject) => {
    thread.once('error', reject);
    // Even a terminated thread exits with 0 if it had not started yet. So `ending` is checked, too.
    thread.once('exit', (code) =>
      code === 0 && !ending ? resolve(result) : reject(new Error(`thread ${name} ended with exit code ${code}`)),
    );
  });
  ended.catch((error: Error) => {
    if (!ending) log.warn({ thread: name, error: error.message }, 'thread ended');
  });
  return {
    ended,
    send: (message) => thread.postMessage(message),
    stop: async () => {
      thread.postMessage('stop');
      await ended.catch(() => undefined);
    },
    terminate: async () => {
      ending = true;
      await thread.terminate();
    },
  };
}

const RESTART_MS = 1_000;

/** Runs a thread and restarts it whenever it ends. Its `workerData` is `data`. */
export function superviseThread(file: string, log: Logger, data: unknown): Pick<Thread, 'stop'> {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let thread: Thread;
  const begin = () => {
    thread = startThread(file, log, { data });
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
