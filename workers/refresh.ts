import { Jobs } from '../src/models/job.service';
import { startRefresh } from '../src/models/refresh-process.service';
import { attempt } from '../src/models/refresh.service';
import type { Platform } from '../src/platform/connect';

/** Fits models anew, one at a time, each in a process that ends with it. */
export function consumeRefresh(platform: Platform): { stop(): Promise<void> } {
  const { pool, pubSub, queues } = platform;
  const jobs = new Jobs(pool, pubSub);
  let running: ReturnType<typeof startRefresh> | undefined;
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
        running = startRefresh(platform, job, token);
        return running.ended;
      });
    },
    { concurrency: 1, lockMs: 30_000 },
  );
  return {
    // Half a fit is worth nothing: the next process begins anew.
    stop: async () => {
      stopping = true;
      await running?.terminate();
    },
  };
}
