/**
 * Runs heavy work in a separate process at the lowest priority. A thread is not enough: V8's garbage collection threads
 * belong to the whole process, and in a serving process they would compete with requests.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { withAllocatorSettings } from './allocator-settings';

export interface BackgroundProcess<Output> {
  /**
   * Resolves with the last message of the process when it has ended; rejects with the message and the code of its error if
   * it failed.
   */
  readonly ended: Promise<Output>;
  /** Kills the process immediately; {@link ended} rejects. */
  terminate(): Promise<void>;
}

/** A message from the child process to its parent. */
type Message<Output> = { readonly said: Output } | { readonly failed: string; readonly code?: string };

const LOWEST_PRIORITY = 19;
const PARENT_CHECK_MS = 500;
/** V8 writes this to standard error when the heap reaches its limit, and aborts the process. */
const OUT_OF_MEMORY = 'JavaScript heap out of memory';

export interface BackgroundLimits {
  /** Maximum size of V8's old generation in MiB. The contents of typed arrays are not counted. */
  readonly maxHeapMib: number;
}

/**
 * Starts a program that calls {@link runBackgroundTask}, and sends it its input.
 * @param file absolute path of the built program
 * @param input input of the task; any value that structured cloning supports
 * @param onOutput called with each message of the process
 */
export function startBackgroundProcess<Output>(
  file: string,
  input: unknown,
  { maxHeapMib }: BackgroundLimits,
  onOutput: (said: Output) => void,
): BackgroundProcess<Output> {
  const child = fork(file, [], {
    env: withAllocatorSettings(process.env),
    execArgv: [`--max-old-space-size=${maxHeapMib}`, '--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let last: Output | undefined;
  let failed: string | undefined;
  let code: string | undefined;
  let recentStderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    // V8's message may be split between two chunks, so the end of the previous chunk is searched, too.
    recentStderr = (recentStderr + chunk.toString('latin1')).slice(-chunk.length - OUT_OF_MEMORY.length);
    if (recentStderr.includes(OUT_OF_MEMORY)) failed = `out of memory: the heap reached its limit of ${maxHeapMib} MiB`;
  });
  child.on('message', (message: Message<Output>) => {
    if ('failed' in message) ({ failed, code } = message);
    else onOutput((last = message.said));
  });
  child.on('error', ({ message }) => (failed = message));
  child.send(input as object, () => undefined); // If the child has ended, its close event reports that.
  const ended = new Promise<Output>((resolve, reject) => {
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0 && last !== undefined) resolve(last);
      else reject(Object.assign(new Error(failed ?? `the process ended with ${signal ?? exitCode}`), { code }));
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

/**
 * Runs in the child process: receives the input, calls `work`, sends its messages and its result to the parent, and
 * exits. The process is killed if its parent ends.
 */
export async function runBackgroundTask<Input, Output>(
  work: (input: Input, report: (said: Output) => void) => Promise<Output>,
): Promise<void> {
  lowerPriority();
  endWithParent();
  // Ctrl-C reaches the whole process group; the parent decides when this process ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const send = (message: Message<Output>) =>
    new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  const [input] = (await once(process, 'message')) as [Input];
  try {
    await send({ said: await work(input, (said) => void send({ said })) });
    process.exit(0);
  } catch (error) {
    const code = codeOf(error);
    await send({ failed: (error as Error).message, ...(code === undefined ? {} : { code }) });
    process.exit(1);
  }
}

/**
 * Gives this process the lowest priority. On Linux, each thread has its own priority, which new threads inherit from
 * their creator. On other systems, the priority belongs to the process.
 */
function lowerPriority(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) setPriority(thread, LOWEST_PRIORITY);
}

/**
 * Kills this process when its parent has ended. A separate thread checks, because a task that computes for minutes
 * without yielding does not receive the channel's `disconnect` event.
 */
function endWithParent(): void {
  const watch = `
    const { workerData: { parent, every } } = require('node:worker_threads');
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, every);`;
  const watcher = new Worker(watch, { eval: true, workerData: { parent: process.ppid, every: PARENT_CHECK_MS } });
  watcher.unref();
}

/** Returns the code of an error, or else of one of its causes. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === 'string' ? code : codeOf(cause);
}
