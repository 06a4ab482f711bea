import type { Config } from '../config';
import type { Platform } from '../platform/connect';
import type { RedisPubSub } from '../platform/pubsub';
import { startBackgroundProcess, type BackgroundLimits } from '../platform/background-process';
import { JobStore, type ModelJob } from './job.store';
import type { ModelKind } from './model-kind';
import { attemptJob } from './run-refresh';
import { isErasureConflict } from '../platform/erasure-conflict';
import { isOutage, isUnavailable } from '../platform/outage';
import { pingDatabase } from '../platform/ping-database';
import { programFile } from '../platform/program-file';
import { retryOutages } from '../platform/retry-outages';

export interface RefreshInput {
  readonly config: Config;
  readonly job: ModelJob;
  readonly token: number;
  /** See `FitContext.ignoresErasures`. */
  readonly ignoresErasures: boolean;
}

/** Messages of the refresh process: its progress, and finally the log position up to which the fit read the log. */
export type RefreshMessage = { readonly progress: number; readonly stage: string } | { readonly position: number };

/**
 * Maximum JavaScript heap of one fit, in MiB. A fit of 3,000,000 events of 300,000 customers needs about a quarter of
 * this. A fit that needs more than the maximum fails, so that it does not take memory from the serving processes.
 */
const MAX_HEAP_MIB = 2_048;
/**
 * Maximum number of attempts of a job in this process that do not count because of an outage or an erasure. The fit itself
 * may cause the outages, for example if one of its statements takes all memory of PostgreSQL.
 */
const MAX_RELEASES = 10;
/**
 * After erasures have interrupted this many attempts of a job, they no longer end the next one. In a large shop in which a
 * person is erased every minute, no fit would ever be finished.
 */
const MAX_ERASURES = 3;
const NO_RELEASES = { all: 0, erasures: 0 };
/** Minimum interval between stored progress updates. */
const PROGRESS_INTERVAL_MS = 250;

/** Runs the fits of one shop. A process has one instance for each shop. */
export class RefreshProcesses {
  /** By the id of a job, how many of its attempts did not count, and how many of those because of an erasure. */
  private readonly releases = new Map<string, { readonly all: number; readonly erasures: number }>();

  constructor(
    private readonly shop: Pick<Platform, 'config' | 'pool' | 'log'> & {
      readonly pubSub: Pick<RedisPubSub, 'publish'>;
    },
  ) {}

  /**
   * Runs one attempt of a job in a separate process. A fit computes for minutes without a pause. In this process, it
   * would prevent the renewal of the lease and reports of progress. An attempt that is terminated, or that an outage of the
   * database or an erasure ends, does not count towards the maximum number of attempts.
   */
  start(
    job: ModelJob,
    token: number,
    limits: BackgroundLimits = { maxHeapMib: MAX_HEAP_MIB },
  ): { readonly ended: Promise<number>; terminate(): Promise<void> } {
    const { config, pool, pubSub, log } = this.shop;
    const { releases } = this;
    const jobs = new JobStore(pool, pubSub);
    let storedAt = -Infinity;
    const onMessage = (message: RefreshMessage) => {
      if (!('stage' in message) || performance.now() - storedAt < PROGRESS_INTERVAL_MS) return;
      storedAt = performance.now();
      jobs.storeProgress(job, message.progress, message.stage).catch(() => undefined);
    };
    const ignoresErasures = (releases.get(job.id) ?? NO_RELEASES).erasures >= MAX_ERASURES;
    const order: RefreshInput = { config, job, token, ignoresErasures };
    const fit = startBackgroundProcess(programFile('refresh.process'), order, limits, onMessage);
    let stopped = false;
    /** Whether an attempt that ended with this error does not count. */
    const isReleasedAfter = async (error: Error) => {
      const answers = async () =>
        pingDatabase(pool).then(
          () => true,
          () => false,
        );
      const isFaultOfDatabase = isUnavailable(error) || (isOutage(error) && !(await answers()));
      const isErasure = isErasureConflict(error);
      if (!isFaultOfDatabase && !isErasure) return false;
      const { all, erasures } = releases.get(job.id) ?? NO_RELEASES;
      releases.set(job.id, { all: all + 1, erasures: erasures + (isErasure ? 1 : 0) });
      return all < MAX_RELEASES;
    };
    /** Releases the attempt when PostgreSQL can be used again. After that, a worker repeats the job. */
    const releaseLater = async ({ message }: Error) => {
      log.warn({ job: job.id, error: message }, 'a refresh was interrupted; it is repeated');
      const onPause = (error: Error) => {
        if (stopped) throw error;
      };
      await retryOutages(() => jobs.releaseAttempt(job, message), onPause, Infinity);
    };
    const ended = fit.ended
      .then((message) => (message as { position: number }).position)
      .catch(async (error: Error) => {
        // The lease is released only after this promise has settled, so its next owner can't have started another attempt
        // yet.
        if (stopped) await jobs.releaseAttempt(job);
        else if (await isReleasedAfter(error)) await releaseLater(error);
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
}

/**
 * Fits now, whether or not a refresh is due.
 * @returns false if another process is refreshing this model
 * @throws the error of the fit
 */
export async function refreshNow(platform: Platform, kind: ModelKind): Promise<boolean> {
  const requested = await new JobStore(platform.pool, platform.pubSub).request(kind, 'OPERATOR');
  return attemptJob(platform, requested, (job, token) => new RefreshProcesses(platform).start(job, token).ended);
}
