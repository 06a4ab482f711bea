import { Jobs } from '../src/models/job.service';
import { underRefreshLease } from '../src/models/refresh.service';
import type { Platform } from '../src/platform/connect';
import { startThread, type Thread } from './thread';

/** Fits models anew, one at a time, each in a thread that ends with it. */
export function consumeRefresh({ pool, pubSub, queues, log }: Platform): { stop(): Promise<void> } {
  const jobs = new Jobs(pool, pubSub);
  let thread: Thread<number> | undefined;
  queues.consume(
    'refresh',
    async ({ data }) => {
      const asked = await jobs.find((data as { jobId: string }).jobId);
      if (!asked || asked.endedAt) return;
      await underRefreshLease({ pool, log }, asked.model, async (token) => {
        const job = await jobs.begin(asked.id);
        if (!job) throw new Error('it has failed too often');
        thread = startThread<number>('refresh', log, { job, token });
        return thread.ended;
      });
    },
    { concurrency: 1, lockMs: 30_000 },
  );
  // Half a fit is worth nothing: the next process begins anew.
  return { stop: async () => thread?.terminate() };
}
