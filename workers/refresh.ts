import { Jobs } from '../src/models/job.service';
import { startRefreshThread } from '../src/models/refresh-thread.service';
import { attempt } from '../src/models/refresh.service';
import type { Platform } from '../src/platform/connect';

/** Fits models anew, one at a time, each in a thread that ends with it. */
export function consumeRefresh(platform: Platform): { stop(): Promise<void> } {
  const { pool, pubSub, queues } = platform;
  const jobs = new Jobs(pool, pubSub);
  let thread: ReturnType<typeof startRefreshThread> | undefined;
  let stopping = false;
  queues.consume(
    'refresh',
    async ({ data }) => {
      const asked = await jobs.find((data as { jobId: string }).jobId);
      if (!asked || asked.endedAt || stopping) return;
      await attempt(platform, asked, async (job, token) => {
        if (stopping) {
          await jobs.giveBack(job);
          throw new Error('this process ends');
        }
        thread = startRefreshThread(platform, job, token);
        return thread.ended;
      });
    },
    { concurrency: 1, lockMs: 30_000 },
  );
  return {
    // Half a fit is worth nothing: the next process begins anew.
    stop: async () => {
      stopping = true;
      await thread?.terminate();
    },
  };
}
