import { JobStore } from '../src/models/job.store';
import { startRefresh } from '../src/models/refresh-process';
import { mustWait } from '../src/models/refresh-trigger.service';
import { runPeriodically } from '../src/platform/run-periodically';
import { attemptJob } from '../src/models/run-refresh';
import type { Platform } from '../src/platform/connect';

/** How often a running refresh looks whether an import has begun. */
const WATCH_MS = 2_000;

/**
 * Refreshes models one at a time, each in its own process. That process ends when this one ends. While an import is
 * running, an automatic refresh is not started, and a running one is ended without counting the attempt.
 */
export function consumeRefresh(platform: Platform): { stop(): Promise<void> } {
  const { pool, pubSub, queues, log } = platform;
  const jobs = new JobStore(pool, pubSub);
  let running: ReturnType<typeof startRefresh> | undefined;
  let stopping = false;
  queues.consume(
    'refresh',
    async ({ data }) => {
      const requested = await jobs.find((data as { jobId: string }).jobId);
      if (!requested || requested.endedAt || stopping) return;
      // Maintenance enqueues it again.
      if (await mustWait(pool, requested)) return;
      let isInterrupted = false;
      const watching = runPeriodically(WATCH_MS, log, async () => {
        // Meanwhile, an operator may have requested the job, too.
        const job = await jobs.find(requested.id);
        if (running === undefined || isInterrupted || job === null || !(await mustWait(pool, job))) return;
        isInterrupted = true;
        log.info({ job: job.id, model: job.model }, 'an import is running: the refresh is repeated after it');
        await running.terminate();
      });
      try {
        await attemptJob(platform, requested, async (job, token) => {
          if (stopping) {
            await jobs.releaseAttempt(job);
            throw new Error('this process is shutting down');
          }
          running = startRefresh(platform, job, token);
          return running.ended;
        });
      } catch (error) {
        if (!isInterrupted) throw error;
      } finally {
        running = undefined;
        await watching.stop();
      }
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
