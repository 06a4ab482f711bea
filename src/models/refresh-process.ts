import type { Config } from '../config';
import type { Platform } from '../platform/connect';
import type { RedisPubSub } from '../platform/pubsub';
import { startBackgroundProcess, type BackgroundLimits } from '../platform/background-process';
import { JobStore, type ModelJob } from './job.store';
import type { ModelKind } from './model-kind';
import { attemptJob } from './run-refresh';
import { isUnreachable } from '../platform/outage';
import { programFile } from '../platform/program-file';
import { retryOutages } from '../platform/retry-outages';

export interface RefreshInput {
  readonly config: Config;
  readonly job: ModelJob;
  readonly token: number;
}

/** Messages of the refresh process: its progress, and finally the log position up to which the fit read the log. */
export type RefreshMessage = { readonly progress: number; readonly stage: string } | { readonly position: number };

/**
 * Maximum JavaScript heap of one fit, in MiB. A fit of 3,000,000 events of 300,000 customers needs about a quarter of
 * this. A fit that needs more than the maximum fails, so that it does not take memory from the serving processes.
 */
const MAX_HEAP_MIB = 2_048;
/** Minimum interval between stored progress updates. */
const PROGRESS_INTERVAL_MS = 250;

/**
 * Runs one attempt of a job in a separate process. A fit computes for minutes without a pause. In this process, it
 * would prevent the renewal of the lease and reports of progress. An attempt that is terminated, or that an outage of the
 * database ends, does not count towards the maximum number of attempts.
 */
export function startRefresh(
  { config, pool, pubSub }: Pick<Platform, 'config' | 'pool'> & { readonly pubSub: Pick<RedisPubSub, 'publish'> },
  job: ModelJob,
  token: number,
  limits: BackgroundLimits = { maxHeapMib: MAX_HEAP_MIB },
): { readonly ended: Promise<number>; terminate(): Promise<void> } {
  const jobs = new JobStore(pool, pubSub);
  let storedAt = -Infinity;
  const onMessage = (message: RefreshMessage) => {
    if (!('stage' in message) || performance.now() - storedAt < PROGRESS_INTERVAL_MS) return;
    storedAt = performance.now();
    jobs.storeProgress(job, message.progress, message.stage).catch(() => undefined);
  };
  const order: RefreshInput = { config, job, token };
  const fit = startBackgroundProcess(programFile('refresh.process'), order, limits, onMessage);
  let stopped = false;
  const ended = fit.ended
    .then((message) => (message as { position: number }).position)
    .catch(async (error: Error) => {
      // The lease is released only after this promise has settled, so its next owner can't have started another attempt
      // yet.
      if (stopped) await jobs.releaseAttempt(job);
      // The job can be released only when the outage is over. Then it is tried again.
      else if (isUnreachable(error)) await retryOutages(() => jobs.releaseAttempt(job), ignore, Infinity);
      // The process may have crashed before it could store why it failed. If it has stored a reason, that reason stays.
      else await jobs.failAttempt(job, error.message).catch(() => undefined);
      throw error;
    });
  return {
    ended,
    terminate: async () => {
      stopped = true;
      await fit.terminate();
    },
  };
}

/**
 * Fits now, whether or not a refresh is due.
 * @returns false if another process is refreshing this model
 * @throws the error of the fit
 */
export async function refreshNow(platform: Platform, kind: ModelKind): Promise<boolean> {
  const requested = await new JobStore(platform.pool, platform.pubSub).request(kind, 'OPERATOR');
  return attemptJob(platform, requested, (job, token) => startRefresh(platform, job, token).ended);
}

function ignore(): void {}
