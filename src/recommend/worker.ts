import type { Lease } from '../platform/lease';
import { LeasedLoop, type LeasedWork } from '../platform/leased-loop';
import { programFile } from '../platform/program-file';
import { startThread, type Thread } from '../platform/thread';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';
import { EASE_LEASE } from './ease/ease.read-model';

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
export function worker({ config, pool, log }: WorkerContext) {
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
  return running(() => {
    const ended = loop.pause(START_MS).then(() => loop.run());
    return {
      // An interrupted computation is not saved: the next owner of the lease computes the model from the counts again.
      stop: async () => {
        loop.close();
        await thread?.terminate();
        await ended;
      },
    };
  });
}
