import path from 'node:path';
import type { Config } from '../config';
import type { Platform } from '../platform/connect';
import type { RedisPubSub } from '../platform/pubsub';
import { startBackgroundProcess, type BackgroundLimits } from '../platform/background-process';
import { Jobs, type Job } from './job.service';
import type { ModelKind } from './model-kind';
import { attempt } from './refresh.service';

/** What the process is given. */
export interface RefreshOrder {
  readonly config: Config;
  readonly job: Job;
  readonly token: number;
}

/** What it says: how far it is, and last of all how far in the log it looked. */
export type Said = { readonly progress: number; readonly stage: string } | { readonly position: number };

const FILE = path.join(__dirname, '../refresh.process.js');
/**
 * JavaScript objects of one fit, MiB: about four times what 3,000,000 events of 300,000 customers take. A fit that needs
 * more fails, instead of taking the memory of the processes that serve.
 */
export const MAX_HEAP_MIB = 2_048;
/** Not more often than anybody looks. */
const TELL_EVERY_MS = 250;

/**
 * One attempt of a job, in a process of its own: a fit takes minutes without a pause, in which this one could neither
 * keep its lease nor tell how far it is. One that is terminated counts for no attempt.
 */
export function startRefresh(
  { config, pool, pubSub }: Pick<Platform, 'config' | 'pool'> & { readonly pubSub: Pick<RedisPubSub, 'publish'> },
  job: Job,
  token: number,
  limits: BackgroundLimits = { maxHeapMib: MAX_HEAP_MIB },
): { readonly ended: Promise<number>; terminate(): Promise<void> } {
  const jobs = new Jobs(pool, pubSub);
  let toldAt = -Infinity;
  const onSaid = (said: Said) => {
    if (!('stage' in said) || performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    jobs.progress(job, said.progress, said.stage).catch(() => undefined);
  };
  const order: RefreshOrder = { config, job, token };
  const fit = startBackgroundProcess(FILE, order, limits, onSaid);
  let stopped = false;
  const ended = fit.ended
    .then((said) => (said as { position: number }).position)
    .catch(async (error: Error) => {
      // Before the lease is released: whoever takes the job up then begins the same attempt.
      if (stopped) await jobs.giveBack(job);
      // A process that aborts can't note why. If it did note a reason, that one stays.
      else await jobs.fail(job, error.message).catch(() => undefined);
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

/** Fits now, whether or not it is due: false where somebody else is at it. @throws what the fit throws */
export async function refreshNow(platform: Platform, kind: ModelKind): Promise<boolean> {
  const asked = await new Jobs(platform.pool, platform.pubSub).request(kind, 'OPERATOR');
  return attempt(platform, asked, (job, token) => startRefresh(platform, job, token).ended);
}
