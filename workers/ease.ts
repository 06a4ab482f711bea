import path from 'node:path';
import type { Platform } from '../src/platform/connect';
import { Lease } from '../src/platform/lease';
import { startThread, type Thread } from '../src/platform/thread';
import { EASE_LEASE } from '../src/recommend/ease.read-model';

const LEASE_MS = 3_000;
/** A worker that starts has what customers wait for to do first. */
const START_MS = 3_000;
/** How often those without the lease ask for it, and how long the one with it waits after a failure. */
const ACQUIRE_MS = 500;
const FAILED_MS = 5_000;

/**
 * EASE in one worker of the shop: whoever holds its lease runs the thread. The lease is renewed here, because the thread
 * hears nothing while it inverts a matrix.
 */
export function keepEase({ pool, log }: Pick<Platform, 'pool' | 'log'>): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  let thread: Thread<number> | undefined;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const own = async (lease: Lease) => {
    let told = 0;
    thread = startThread<number>(path.join(__dirname, 'ease.thread.js'), log, {
      data: { token: lease.token },
      onMessage: (revision) => (told = revision),
    });
    const { ended } = thread;
    lease.keep(
      () => told,
      (reason) => {
        log.warn({ reason }, 'lease of EASE lost');
        void thread?.terminate();
      },
    );
    try {
      await ended;
    } finally {
      thread = undefined;
      await lease.release(told);
    }
  };
  const run = async () => {
    await pause(START_MS);
    while (!stopping) {
      try {
        const lease = await Lease.acquire(pool, log, EASE_LEASE, LEASE_MS);
        if (lease && stopping) await lease.release();
        else if (lease) await own(lease);
        else await pause(ACQUIRE_MS);
      } catch (error) {
        if (stopping) return;
        log.warn({ error: (error as Error).message }, 'EASE interrupted; it begins again');
        await pause(FAILED_MS);
      }
    }
  };
  const running = run();
  return {
    // Half a cycle is worth nothing: the next owner makes it all from the counts.
    stop: async () => {
      stopping = true;
      wake();
      await thread?.terminate();
      await running;
    },
  };
}
