import type { Platform } from '../src/platform/connect';
import { underBlendLease } from '../src/recommend/blend.service';
import { startThread, type Thread } from './thread';

/** Fits models anew, one at a time, each in a thread that ends with it. */
export function consumeRefresh({ pool, queues, log }: Platform): { stop(): Promise<void> } {
  let thread: Thread<number> | undefined;
  queues.consume(
    'refresh',
    () =>
      underBlendLease(pool, log, (token) => {
        thread = startThread<number>('fit-blend', log, token);
        return thread.ended;
      }),
    { concurrency: 1, lockMs: 30_000 },
  );
  // Half a fit is worth nothing: the next process begins anew.
  return { stop: async () => thread?.terminate() };
}
