import type { Job } from '../platform/queues';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';
import { modelsOf } from './fitter';
import { JobStore, type ModelJob } from './job.store';
import { RefreshProcesses } from './refresh-process';
import { mustWait, RefreshTrigger } from './refresh-trigger.service';
import { attemptJob } from './run-refresh';

/** How often a running refresh looks whether an import has begun. */
const WATCH_MS = 2_000;
/** How often this process looks which models are due. */
const TRIGGER_MS = 15_000;

/**
 * Requests refreshes of models that are due, and runs them one at a time, each in its own process. That process ends
 * when this one ends. While an import is running, an automatic refresh is not started, and a running one is ended
 * without counting the attempt.
 */
export async function worker(ctx: WorkerContext) {
  const { pool, pubSub, queues, log, rooms } = ctx;
  const jobs = new JobStore(pool, pubSub);
  const triggers = await Promise.all(
    modelsOf(rooms).map(async ({ kind, fitter }) => new RefreshTrigger(pool, kind, await fitter())),
  );
  const processes = new RefreshProcesses(ctx);
  let fit: ReturnType<RefreshProcesses['start']> | undefined;
  let isStopping = false;

  const refresh = async (jobId: string) => {
    const requested = await jobs.find(jobId);
    if (!requested || requested.endedAt || isStopping) return;
    // It is enqueued again later.
    if (await mustWait(pool, requested)) return;
    let isInterrupted = false;
    const watching = runPeriodically(WATCH_MS, log, async () => {
      // Meanwhile, an operator may have requested the job, too.
      const job = await jobs.find(requested.id);
      if (fit === undefined || isInterrupted || job === null || !(await mustWait(pool, job))) return;
      isInterrupted = true;
      log.info({ job: job.id, model: job.model }, 'an import is running: the refresh is repeated after it');
      await fit.terminate();
    });
    try {
      await attemptJob(ctx, requested, async (job, token) => {
        if (isStopping) {
          await jobs.releaseAttempt(job);
          throw new Error('this process is shutting down');
        }
        fit = processes.start(job, token);
        return fit.ended;
      });
    } catch (error) {
      if (!isInterrupted) throw error;
    } finally {
      fit = undefined;
      await watching.stop();
    }
  };

  const requestDue = async () => {
    const enqueue = ({ id }: ModelJob) => queues.enqueue('refresh', { jobId: id }, id);
    // These include jobs that wait, jobs whose process has ended, and jobs that Redis has lost.
    for (const job of await jobs.unfinished()) enqueue(job);
    for (const trigger of triggers) {
      const reason = await trigger.dueReason();
      if (reason) enqueue(await jobs.request(trigger.kind, reason));
    }
  };

  let consumer: { close(): Promise<void> } | undefined;
  const parts = running(() => runPeriodically(TRIGGER_MS, log, requestDue));
  return {
    start: () => {
      const consume = ({ data }: Job) => refresh((data as { jobId: string }).jobId);
      consumer = queues.consume('refresh', consume, { concurrency: 1, lockMs: 30_000 });
      parts.start();
    },
    // An interrupted fit is not saved: the next process starts it from the beginning.
    stop: async () => {
      isStopping = true;
      await Promise.all([parts.stop(), fit?.terminate()]);
      await consumer?.close();
    },
  };
}
