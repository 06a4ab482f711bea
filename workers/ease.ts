import type { Connections } from '../src/platform/connections';
import type { Lease } from '../src/platform/lease';
import { LeasedLoop, type LeasedWork } from '../src/platform/leased-loop';
import { programFile } from '../src/platform/program-file';
import { startThread, type Thread } from '../src/platform/thread';
import { EASE_LEASE } from '../src/recommend/ease/ease.read-model';

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
export function startEase({ config, pool, log }: Connections): { stop(): Promise<void> } {
  let thread: Thread<number> | undefined;
  const begin = (lease: Lease): LeasedWork => {
    let publishedRevision = 0;
    const run = async () => {
      thread = startThread<number>(programFile('ease.thread'), log, {
        data: { config, token: lease.token },
        onMessage: (revision) => (publishedRevision = revision),
      });
      await thread.ended.finally(() => (thread = undefined));
    };
    return { run, position: () => publishedRevision, onLost: () => void thread?.terminate() };
  };
  const loop = new LeasedLoop({
    pool,
    log,
    name: EASE_LEASE,
    leaseMs: LEASE_MS,
    acquireMs: ACQUIRE_MS,
    retryMs: RETRY_MS,
    failure: 'EASE was interrupted; restarting it',
    begin,
  });
  const running = loop.pause(START_MS).then(() => loop.run());
  return {
    // An interrupted computation is not saved: the next owner of the lease computes the model from the counts again.
    stop: async () => {
      loop.close();
      await thread?.terminate();
      await running;
    },
  };
}
