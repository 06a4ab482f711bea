import type { Platform } from '../src/platform/connect';
import { Lease } from '../src/platform/lease';
import { startThread, type Thread } from '../src/platform/thread';
import { EASE_LEASE } from '../src/recommend/ease/ease.read-model';
import { programFile } from '../src/platform/program-file';

const LEASE_MS = 3_000;
/** EASE starts this long after its worker, because work that customers wait for comes first. */
const START_MS = 3_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 500;
/** Pause of a worker after a failure. */
const RETRY_MS = 5_000;

/**
 * Maintains the EASE model in a thread of one worker, which holds the lease. The lease is renewed outside this thread,
 * because a thread that inverts a matrix is blocked for too long.
 */
export function startEase({ pool, log }: Pick<Platform, 'pool' | 'log'>): { stop(): Promise<void> } {
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
  const runThread = async (lease: Lease) => {
    let publishedRevision = 0;
    thread = startThread<number>(programFile('ease.thread'), log, {
      data: { token: lease.token },
      onMessage: (revision) => (publishedRevision = revision),
    });
    const { ended } = thread;
    lease.startRenewing(
      () => publishedRevision,
      (reason) => {
        log.warn({ reason }, 'lost the lease of EASE');
        void thread?.terminate();
      },
    );
    try {
      await ended;
    } finally {
      thread = undefined;
      await lease.release(publishedRevision);
    }
  };
  const run = async () => {
    await pause(START_MS);
    while (!stopping) {
      try {
        const lease = await Lease.acquire(pool, log, EASE_LEASE, LEASE_MS);
        if (lease && stopping) await lease.release();
        else if (lease) await runThread(lease);
        else await pause(ACQUIRE_MS);
      } catch (error) {
        if (stopping) return;
        log.warn({ error: (error as Error).message }, 'EASE was interrupted; restarting it');
        await pause(RETRY_MS);
      }
    }
  };
  const running = run();
  return {
    // An interrupted computation is not saved: the next owner of the lease computes the model from the counts again.
    stop: async () => {
      stopping = true;
      wake();
      await thread?.terminate();
      await running;
    },
  };
}
