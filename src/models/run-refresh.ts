import { ErasureConflict } from '../platform/erasure-conflict';
import type { ArtefactStore } from '../platform/artefacts';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import { isUnavailable } from '../platform/outage';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import type { FitContext, Fitted, FittedKind } from './fitter';
import { evaluateGate, type Verdict } from './gate';
import { finishJob, JobStore, type ModelJob } from './job.store';
import type { ModelKind } from './model-kind';
import { VersionStore } from './version.store';

const LEASE_MS = 15_000;
/** Seed of all random numbers. It is constant, so that the same data give the same version. */
const SEED = 1;

function judge(evidence: Fitted['evidence']): Verdict {
  if (!('needed' in evidence)) return evaluateGate(evidence, SEED);
  const reason = `there is no held-out time yet to evaluate it on: ${evidence.needed}`;
  return { passed: false, best: false, reasons: [reason], warnings: [], figures: {} };
}

export interface RefreshOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
  /** See {@link FitContext.ignoresErasures}. */
  readonly ignoresErasures?: boolean;
}

/**
 * Runs a refresh under the lease of its kind of model, so that only one process refreshes a kind at a time.
 * @param refresh receives the fencing token of the lease. It returns the log position up to which it read the log, or
 *   null if it did not read the log. The position is stored in the lease.
 * @returns false if another process holds the lease
 */
async function withRefreshLease(
  { pool, log }: Pick<RefreshOptions, 'pool' | 'log'>,
  kind: ModelKind,
  refresh: (token: number) => Promise<number | null>,
): Promise<boolean> {
  const lease = await Lease.acquire(pool, log, refreshLeaseName(kind), LEASE_MS);
  if (lease === null) return false;
  let position = lease.storedPosition;
  const work = async () => {
    position = (await refresh(lease.token)) ?? position;
  };
  await lease.hold(work, { position: () => position });
  return true;
}

function isComparedWithBest(evidence: Fitted['evidence']): boolean {
  return 'measures' in evidence && evidence.measures.some((measure) => measure.best);
}

/**
 * Runs one attempt of a job: fits the next version, lets the gate evaluate it, stores it, and promotes it if it passed
 * and no operator's choice prevents that. It is CPU-bound, so it must not run in a serving process. A failure is stored in
 * the job, except an outage of the database and an erasure during the read.
 * @throws ErasureConflict if a person was erased while the fit read the log, unless `ignoresErasures` is set
 * @returns the log position up to which the fit read the log
 */
export async function runRefresh(
  options: RefreshOptions,
  model: FittedKind,
  job: ModelJob,
  token: number,
  onProgress: FitContext['onProgress'],
): Promise<number> {
  const { pool, pubSub, artefacts, log } = options;
  const { kind } = model;
  const jobs = new JobStore(pool, pubSub);
  const versions = new VersionStore(pool, artefacts, pubSub);
  const began = performance.now();
  try {
    const active = await versions.active(kind);
    const best = active && (await versions.otherBest(active));
    const fitter = await model.fitter();
    const fitted = await fitter.fit({
      pool,
      incumbent: active ? await artefacts.load(active.id) : null,
      best: best ? await artefacts.load(best.id) : null,
      seed: SEED,
      ignoresErasures: options.ignoresErasures,
      onProgress,
    });
    if ('tooLittleAt' in fitted) {
      const { reason } = fitted;
      await finishJob(pool, job.id, null, `there is too little to learn from yet${reason ? `: ${reason}` : ''}`);
      await jobs.publishEnd(job.id);
      return fitted.tooLittleAt;
    }
    const verdict = judge(fitted.evidence);
    const seconds = (performance.now() - began) / 1000;
    const lease = { name: refreshLeaseName(kind), token };
    const version = await versions.save(model, fitted, verdict, {
      job: job.id,
      comparedWith: active?.id ?? null,
      best: (isComparedWithBest(fitted.evidence) ? best : active)?.id ?? null,
      seed: SEED,
      seconds,
      lease,
    });
    await jobs.publishEnd(job.id);
    const { number, verdict: outcome, reasons, warnings, figures } = version;
    log.info({ kind, version: version.id, number, outcome, reasons, figures, seconds }, 'model refreshed');
    if (warnings.length > 0) log.warn({ kind, version: version.id, number, warnings }, 'model refreshed with warnings');
    return fitted.position;
  } catch (error) {
    const isRepeated = isUnavailable(error) || error instanceof ErasureConflict;
    if (!isRepeated) await jobs.failAttempt(job, (error as Error).message);
    throw error;
  }
}

/**
 * Runs one attempt of a job under the lease of its model. The attempt stores its result in the job.
 * @param fit runs the attempt with the fencing token of the lease
 * @returns false if another process is refreshing this model
 */
export function attemptJob(
  options: Pick<RefreshOptions, 'pool' | 'pubSub' | 'log'>,
  { id, model }: Pick<ModelJob, 'id' | 'model'>,
  fit: (job: ModelJob, token: number) => Promise<number>,
): Promise<boolean> {
  return withRefreshLease(options, model, async (token) => {
    const job = await new JobStore(options.pool, options.pubSub).startAttempt(id);
    return job && fit(job, token);
  });
}

/**
 * Returns the name of the lease under which a kind is fitted. The lease stores the log position up to which the last
 * fit read the log.
 */
export function refreshLeaseName(kind: ModelKind): string {
  return `refresh:${kind}`;
}
