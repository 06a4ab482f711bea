/**
 * Heavy work in a process of its own, at the lowest priority. Not a thread: V8's helpers, which collect garbage, belong to
 * a process, and those of one that serves go before whoever is served.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

export interface BackgroundProcess<Said> {
  /** Resolves with what it said last when it has ended; rejects with what it failed with. */
  readonly ended: Promise<Said>;
  /** Ends it where it stands: {@link ended} rejects. */
  terminate(): Promise<void>;
}

/** What a process says to the one that has started it. */
type Message<Said> = { readonly said: Said } | { readonly failed: string };

const LOWEST_PRIORITY = 19;
const LOOK_EVERY_MS = 500;
/** V8 writes this to standard error when the heap reaches its limit, and aborts the process. */
const OUT_OF_MEMORY = 'JavaScript heap out of memory';

export interface BackgroundLimits {
  /** MiB of JavaScript objects (V8's old generation); typed arrays are not counted. */
  readonly maxHeapMib: number;
}

/**
 * @param file its whole path, built: it calls {@link inBackground}
 * @param order what it is given: whatever structured cloning takes
 */
export function startBackgroundProcess<Said>(
  file: string,
  order: unknown,
  { maxHeapMib }: BackgroundLimits,
  onSaid: (said: Said) => void,
): BackgroundProcess<Said> {
  const child = fork(file, [], {
    execArgv: [`--max-old-space-size=${maxHeapMib}`, '--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let last: Said | undefined;
  let failed: string | undefined;
  let written = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    // The text may arrive in two chunks.
    written = (written + chunk.toString('latin1')).slice(-chunk.length - OUT_OF_MEMORY.length);
    if (written.includes(OUT_OF_MEMORY)) failed = `out of memory: the heap reached its limit of ${maxHeapMib} MiB`;
  });
  child.on('message', (message: Message<Said>) => {
    if ('failed' in message) failed = message.failed;
    else onSaid((last = message.said));
  });
  child.on('error', ({ message }) => (failed = message));
  child.send(order as object, () => undefined); // one that is gone already has its exit told
  const ended = new Promise<Said>((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (code === 0 && last !== undefined) resolve(last);
      else reject(new Error(failed ?? `the process ended with ${signal ?? code}`));
    });
  });
  ended.catch(() => undefined);
  return {
    ended,
    terminate: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}

/** The whole life of such a process: it takes its order, works, says how that goes, and ends, if need be with its parent. */
export async function inBackground<Order, Said>(
  work: (order: Order, say: (said: Said) => void) => Promise<Said>,
): Promise<void> {
  lowerPriority();
  endWithParent();
  // Ctrl-C reaches the whole group: the parent says when this one ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const tell = (message: Message<Said>) =>
    new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  const [order] = (await once(process, 'message')) as [Order];
  try {
    await tell({ said: await work(order, (said) => void tell({ said })) });
    process.exit(0);
  } catch (error) {
    await tell({ failed: (error as Error).message });
    process.exit(1);
  }
}

/** Elsewhere than on Linux a process has one priority; there each thread has its own, and those to come have their parent's. */
function lowerPriority(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) setPriority(thread, LOWEST_PRIORITY);
}

/** Whoever computes for minutes without a break does not hear that the channel has closed. */
function endWithParent(): void {
  const watch = `
    const { workerData: { parent, every } } = require('node:worker_threads');
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, every);`;
  const watcher = new Worker(watch, { eval: true, workerData: { parent: process.ppid, every: LOOK_EVERY_MS } });
  watcher.unref();
}
