import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryRows } from '../platform/sql';
import type { RedisPubSub } from '../platform/pubsub';
import type { ModelKind } from './model-kind';

export const JOB_STATES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface ModelJob {
  readonly id: string;
  readonly model: ModelKind;
  readonly state: JobState;
  readonly reason: 'OPERATOR' | 'EVENTS' | 'SCHEDULE' | 'UPGRADE';
  /** From 0 to 1. */
  readonly progress: number;
  readonly stage: string | null;
  readonly attempts: number;
  readonly error: string | null;
  /** The id of the version that the job produced. */
  readonly version: string | null;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Identifies one started attempt of a job. */
export type JobAttempt = Pick<ModelJob, 'id' | 'attempts'>;

/** Pub/sub topic. A message `{id}` means that this job has changed. */
export const JOB_TOPIC = 'job';
/** Maximum number of attempts of a job, including attempts during which the process ended. */
const MAX_ATTEMPTS = 3;
const RETENTION_DAYS = 30;

const COLUMNS = `id, model, state, reason, progress, stage, attempts, error, version, requested_at AS "requestedAt",
  started_at AS "startedAt", ended_at AS "endedAt"`;

/** Stores jobs in PostgreSQL. The queue in Redis only transports their ids. */
export class JobStore {
  constructor(
    private readonly pool: Pool,
    private readonly pubSub: Pick<RedisPubSub, 'publish'>,
  ) {}

  async find(id: string): Promise<ModelJob | null> {
    const row = await queryFirst<ModelJob>(this.pool, `SELECT ${COLUMNS} FROM jobs WHERE id = $1`, [id]);
    return row ?? null;
  }

  async findOpen(model: ModelKind): Promise<ModelJob | null> {
    const row = await queryFirst<ModelJob>(this.pool, `SELECT ${COLUMNS} FROM jobs WHERE open = $1`, [model]);
    return row ?? null;
  }

  /**
   * Requests a refresh. @returns the new job; if this model has an open (unfinished) job, that job. If
   * an operator or an upgrade requests it, its reason changes, so that it no longer waits for imports
   */
  async request(model: ModelKind, reason: ModelJob['reason']): Promise<ModelJob> {
    await execute(
      this.pool,
      `INSERT INTO jobs (id, model, open, reason) VALUES ($1, $2, $2, $3)
       ON CONFLICT (open) DO UPDATE SET reason = excluded.reason WHERE excluded.reason IN ('OPERATOR', 'UPGRADE') AND jobs.reason <> 'OPERATOR'`,
      [randomUUID(), model, reason],
    );
    // The open job that prevented the insert may have ended in the meantime. Then request again.
    return (await this.findOpen(model)) ?? this.request(model, reason);
  }

  async unfinished(): Promise<ModelJob[]> {
    return queryRows<ModelJob>(
      this.pool,
      `SELECT ${COLUMNS} FROM jobs WHERE ended_at IS NULL ORDER BY requested_at, id`,
    );
  }

  /**
   * Starts an attempt of a job. The attempt is counted when it starts, so that it counts even if the process crashes.
   * @returns null if the job has ended or has no attempts left
   */
  async startAttempt(id: string): Promise<ModelJob | null> {
    const row = await queryFirst<ModelJob>(
      this.pool,
      `UPDATE jobs SET attempts = attempts + 1, state = 'RUNNING', progress = 0, stage = NULL, started_at = now()
       WHERE id = $1 AND ended_at IS NULL AND attempts < $2 RETURNING ${COLUMNS}`,
      [id, MAX_ATTEMPTS],
    );
    if (row) this.publish(id);
    else await this.failExhausted(id);
    return row ?? null;
  }

  /** Stores the progress of an attempt; does nothing if a newer attempt of the job has started. */
  async storeProgress({ id, attempts }: JobAttempt, progress: number, stage: string): Promise<void> {
    await execute(
      this.pool,
      'UPDATE jobs SET progress = $3, stage = $4 WHERE id = $1 AND attempts = $2 AND ended_at IS NULL',
      [id, attempts, progress, stage],
    );
    this.publish(id);
  }

  /**
   * Publishes that a job has ended (by {@link finishJob}, or because there was nothing to do), and deletes old jobs.
   */
  async publishEnd(id: string): Promise<void> {
    this.publish(id);
    await execute(this.pool, `DELETE FROM jobs WHERE ended_at < now() - $1 * interval '1 day'`, [RETENTION_DAYS]);
  }

  /**
   * Stores why an attempt failed, and ends the job if it was the last attempt. Does nothing if a newer attempt of the
   * job has started.
   */
  async failAttempt({ id, attempts }: JobAttempt, error: string): Promise<void> {
    await execute(
      this.pool,
      `UPDATE jobs SET error = coalesce(error, $3), state = CASE WHEN attempts >= $4 THEN 'FAILED' ELSE 'QUEUED' END,
         open = CASE WHEN attempts >= $4 THEN NULL ELSE open END, ended_at = CASE WHEN attempts >= $4 THEN now() END
       WHERE id = $1 AND attempts = $2 AND ended_at IS NULL`,
      [id, attempts, error.slice(0, 1_000), MAX_ATTEMPTS],
    );
    this.publish(id);
  }

  /**
   * Releases an attempt so that it does not count, because this process has terminated it or an outage has ended it.
   * @param attempt as returned by {@link startAttempt}
   * @param reason why the outage ended it
   */
  async releaseAttempt({ id, attempts }: JobAttempt, reason?: string): Promise<void> {
    await execute(
      this.pool,
      `UPDATE jobs SET attempts = attempts - 1, state = 'QUEUED', progress = 0, stage = NULL, error = coalesce(error, $3)
       WHERE id = $1 AND attempts = $2 AND state = 'RUNNING'`,
      [id, attempts, reason?.slice(0, 1_000) ?? null],
    );
    this.publish(id);
  }

  /** Ends a job that has no attempts left. */
  private async failExhausted(id: string): Promise<void> {
    await execute(
      this.pool,
      `UPDATE jobs SET error = coalesce(error, 'the process ended during every attempt'), state = 'FAILED', open = NULL,
         ended_at = now() WHERE id = $1 AND ended_at IS NULL`,
      [id],
    );
    this.publish(id);
  }

  private publish(id: string): void {
    this.pubSub.publish(JOB_TOPIC, { id });
  }
}

/**
 * Ends a job as DONE, inside the caller's transaction.
 * @param version the version that the job produced
 * @throws Error if the job has already ended, so that the caller's other writes don't happen twice
 */
export async function finishJob(
  db: Pool | PoolClient,
  id: string,
  version: string | null,
  stage: string,
): Promise<void> {
  const rowCount = await execute(
    db,
    `UPDATE jobs SET state = 'DONE', open = NULL, progress = 1, stage = $3, version = $2, error = NULL, ended_at = now()
     WHERE id = $1 AND ended_at IS NULL`,
    [id, version, stage],
  );
  if (rowCount === 0) throw new Error('the job has already ended');
}
