import { JobStore } from '../src/models/job.store';
import { startRefresh } from '../src/models/refresh-process';
import { attemptJob } from '../src/models/run-refresh';
import type { Platform } from '../src/platform/connect';

/** Refreshes models one at a time, each in its own process. That process ends when this one ends. */
export function consumeRefresh(platform: Platform): { stop(): Promise<void> } {
  const { pool, pubSub, queues } = platform;
  const jobs = new JobStore(pool, pubSub);
  let running: ReturnType<typeof startRefresh> | undefined;
  let stopping = false;
  queues.consume(
    'refresh',
    async ({ data }) => {
      const requested = await jobs.find((data as { jobId: string }).jobId);
      if (!requested || requested.endedAt || stopping) return;
      await attemptJob(platform, requested, async (job, token) => {
        if (stopping) {
          await jobs.releaseAttempt(job);
          throw new Error('this process is shutting down');
        }
        running = startRefresh(platform, job, token);
        return running.ended;
      });
    },
    { concurrency: 1, lockMs: 30_000 },
  );
  return {
    // An interrupted fit is not saved: the next process starts it from the beginning.
    stop: async () => {
      stopping = true;
      await running?.terminate();
    },
  };
}
