import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from './log';

export interface Thread<Result = unknown> {
  /** Resolves with what it sent last when it has ended; rejects when it failed. */
  readonly ended: Promise<Result>;
  send(message: unknown): void;
  /** Asks it to finish and waits. */
  stop(): Promise<void>;
  /** Ends it where it stands: {@link ended} rejects, as it has no result, and nothing is logged. */
  terminate(): Promise<void>;
}

/**
 * Runs a program off the event loop: CPU work on it would cost queues and leases their locks.
 * @param file its whole path, built
 */
export function startThread<Result = unknown>(
  file: string,
  log: Logger,
  { data, onMessage }: { readonly data?: unknown; readonly onMessage?: (message: Result) => void } = {},
): Thread<Result> {
  const name = path.basename(file, '.thread.js');
  const thread = new Worker(builtFile(file), { workerData: data });
  let result: Result;
  let ending = false;
  thread.on('message', (message: Result) => {
    result = message;
    onMessage?.(message);
  });
  const ended = new Promise<Result>((resolve, reject) => {
    thread.once('error', reject);
    // One that is ended before it began says 0.
    thread.once('exit', (code) =>
      code === 0 && !ending ? resolve(result) : reject(new Error(`thread ${name} ended with ${code}`)),
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

/** Keeps a thread running: one that fails is started again. */
export function keepThread(file: string, log: Logger): Pick<Thread, 'stop'> {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let thread: Thread;
  const begin = () => {
    thread = startThread(file, log);
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

/** Threads run what was built, also where the program that starts them runs from its source, as tests do. */
function builtFile(file: string): string {
  const root = path.join(__dirname, '../..');
  const fromSource = path.relative(root, file);
  return __filename.endsWith('.ts') && fromSource.startsWith('src') ? path.join(root, 'dist', fromSource) : file;
}
