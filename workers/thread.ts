import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../src/platform/log';

export interface Thread {
  /** Resolves when it has ended; rejects when it failed. */
  readonly ended: Promise<void>;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
}

/** Runs `workers/<name>.thread.ts` off the event loop: CPU work on it would cost the queues their locks. */
export function startThread(name: string, log: Logger): Thread {
  const thread = new Worker(path.join(__dirname, `${name}.thread.js`));
  const ended = new Promise<void>((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`thread ${name} ended with ${code}`))));
  });
  ended.catch((error: Error) => log.error({ thread: name, error: error.message }, 'thread failed'));
  return {
    ended,
    stop: async () => {
      thread.postMessage('stop');
      await ended.catch(() => undefined);
    },
  };
}
