import { DelayedError, Queue, Worker, type Job, type Processor } from 'bullmq';
import type { Logger } from './log';
import { reconnectToMaster, retryStrategy } from './redis';
import { isRedisRefusal } from './outage';
import { isAtLeast } from './release';
import { inSpan, SpanKind, traceparent } from './tracing';
import { VERSION } from './version';

const QUEUES = ['ingest', 'refresh'] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * Maximum number of added jobs that Redis has not confirmed yet. If there are more, `enqueue` drops further jobs. The
 * sweeper, which runs regularly, adds them later.
 */
const MAX_PENDING = 1_000;
/**
 * Pause after a failed command. BullMQ's default of 15 s would delay jobs too long after Redis was full or unreachable.
 */
const RETRY_MS = 500;
const QUERY_TIMEOUT_MS = 1_000;
/** Pause before a job that can't run yet is tried again; it doubles each time up to {@link MAX_RETRY_LATER_MS}. */
const MIN_RETRY_LATER_MS = 20;
const MAX_RETRY_LATER_MS = 200;
/** The oldest release that can read the jobs of this release. */
const JOB_MIN_RELEASE = '0.2.0';
/** Pause before a job that this release can't read is offered to a process again. */
const NEWER_RELEASE_MS = 1_000;
/** Maximum number of jobs per queue that are checked for the release they need. */
const MAX_EXAMINED = 200;
/** Maximum number of active jobs per queue whose lock is checked. */
const MAX_LOCKS = 200;

export type { Job } from 'bullmq';

/** The properties of every job in addition to the data of its queue. */
interface JobData {
  readonly trace?: string;
  /** The oldest release that can read the job; if absent, every release can. */
  readonly minRelease?: string;
}

/** Returned by the work of a job that can't run yet. The job is then tried again soon. */
export const RETRY_LATER = Symbol('later');

export interface QueueDepth {
  /** The number of waiting, delayed and active jobs. */
  readonly jobs: number;
  /** The number of active jobs whose lock has expired, because their worker has died or is too busy to renew it. */
  readonly stalled: number;
}

/**
 * The BullMQ queues of one shop. A job only points to work that is recorded in PostgreSQL, so losing a job only delays
 * the work.
 */
export class Queues {
  private readonly queues = new Map<QueueName, Queue<unknown, unknown, string>>();
  private readonly workers: Worker[] = [];
  private pending = 0;
  private refused = false;

  constructor(
    private readonly url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {}

  /**
   * Adds a job without waiting for Redis, because `add` hangs while Redis is down. If a job is lost, its work is not:
   * PostgreSQL records work that is not done, and the sweeper, which runs regularly, adds jobs for it again. Nothing is
   * added while a job with the same id waits or runs.
   */
  enqueue(name: QueueName, data: object, id: string): void {
    if (this.pending >= MAX_PENDING) return;
    this.pending++;
    this.queue(name)
      .add(name, { ...data, minRelease: JOB_MIN_RELEASE, trace: traceparent() }, { jobId: id })
      .finally(() => this.pending--)
      .then(
        () => (this.refused = false),
        (error: Error) => {
          this.refused = isRedisRefusal(error);
          this.log.warn({ queue: name, error: error.message }, 'job not added; the sweeper adds it later');
        },
      );
  }

  /** Whether Redis has refused the last job because of its state: it is a replica, has too few replicas, is full, … */
  get isRefused(): boolean {
    return this.refused;
  }

  /**
   * Starts a worker on a queue. The lock of a job expires soon, so that another worker repeats the jobs of a killed
   * worker within seconds. A job that only a newer release can read is returned to the queue, for a process of that
   * release. This counts neither as a failure nor as an attempt.
   * @returns the worker; closing it waits for its running jobs
   */
  consume(
    name: QueueName,
    work: (job: Job) => Promise<unknown>,
    options: { concurrency: number; lockMs?: number },
  ): { close(): Promise<void> } {
    const postpone = async (job: Job, token: string | undefined, delayMs: number): Promise<never> => {
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    };
    let isNoted = false;
    const traced: Processor = async (job, token) => {
      const { trace, minRelease } = job.data as JobData;
      if (isNewer(minRelease)) {
        if (!isNoted) this.log.warn({ queue: name, minRelease }, 'jobs wait for a newer release of Freshet');
        isNoted = true;
        return postpone(job, token, NEWER_RELEASE_MS);
      }
      const attributes = { 'messaging.system': 'bullmq', 'messaging.destination.name': name };
      const result = await inSpan(`process ${name}`, { kind: SpanKind.CONSUMER, parent: trace, attributes }, () =>
        work(job),
      );
      if (result !== RETRY_LATER) return result;
      return postpone(
        job,
        token,
        Math.min(MIN_RETRY_LATER_MS * 2 ** Math.min(job.attemptsStarted, 10), MAX_RETRY_LATER_MS),
      );
    };
    const worker = new Worker(name, traced, {
      connection: this.connection(),
      prefix: `{${this.namespace}}`,
      concurrency: options.concurrency,
      lockDuration: options.lockMs ?? 5_000,
      stalledInterval: 2_000,
      // BullMQ must not fail a job because its workers were killed. The attempts that matter are counted in PostgreSQL.
      maxStalledCount: 1_000,
      runRetryDelay: RETRY_MS,
      ...REMOVE_FINISHED,
    });
    worker.on('error', (error) => this.log.warn({ queue: name, error: error.message }, 'queue'));
    worker.on('failed', (job, error) =>
      this.log.warn({ queue: name, job: job?.id, error: error.message }, 'job failed'),
    );
    this.workers.push(worker);
    return worker;
  }

  /** Returns the depth of each queue. @throws Error if Redis does not answer within {@link QUERY_TIMEOUT_MS} */
  async depths(): Promise<Record<QueueName, QueueDepth>> {
    const counts = Promise.all(QUEUES.map(async (name) => [name, await this.depth(this.queue(name))] as const));
    return Object.fromEntries(await withQueryTimeout(counts)) as Record<QueueName, QueueDepth>;
  }

  private async depth(queue: Queue): Promise<QueueDepth> {
    const jobs = await queue.getJobCountByTypes('waiting', 'active', 'delayed');
    const active = await queue.getRanges(['active'], 0, MAX_LOCKS);
    const backend = queue.getBackend();
    const client = await backend.client;
    // BullMQ stores the lock of each job under a separate key, which expires with the lock.
    const holders = await Promise.all(active.map((id) => client.get(backend.toKey(`${id}:lock`))));
    return { jobs, stalled: holders.filter((holder) => holder === null).length };
  }

  /**
   * Returns a newer release that jobs need; `undefined` if none of the examined jobs needs one. A process of an older
   * release takes such a job for a moment, to return it.
   * @throws Error if Redis does not answer within {@link QUERY_TIMEOUT_MS}
   */
  async awaitedRelease(): Promise<string | undefined> {
    const jobs = await withQueryTimeout(
      Promise.all(
        QUEUES.map((name) => this.queue(name).getJobs(['active', 'delayed', 'waiting'], 0, MAX_EXAMINED - 1)),
      ),
    );
    // A job may be removed between reading its id and its data.
    const releases = jobs.flat().map((job: Job | undefined) => (job?.data as JobData | undefined)?.minRelease);
    return releases.find(isNewer);
  }

  /** Returns all queues, for display. */
  all(): Queue[] {
    return QUEUES.map((name) => this.queue(name));
  }

  /** Waits for running jobs to finish, then closes the queues. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: QueueName): Queue<unknown, unknown, string> {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = new Queue<unknown, unknown, string>(name, {
        connection: this.connection(),
        prefix: `{${this.namespace}}`,
        defaultJobOptions: REMOVE_FINISHED,
      });
      queue.on('error', (error) => this.log.debug({ queue: name, error: error.message }, 'queue'));
      this.queues.set(name, queue);
    }
    return queue;
  }

  private connection() {
    // BullMQ's default strategy waits up to 20 s between two attempts.
    return {
      url: this.url,
      maxRetriesPerRequest: null,
      connectTimeout: 2_000,
      retryStrategy,
      reconnectOnError: reconnectToMaster(),
    };
  }
}

/** @throws Error if Redis does not answer within {@link QUERY_TIMEOUT_MS} */
function withQueryTimeout<T>(query: Promise<T>): Promise<T> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('Redis does not answer')), QUERY_TIMEOUT_MS).unref();
  });
  return Promise.race([query, timeout]);
}

function isNewer(minRelease: string | undefined): boolean {
  return minRelease !== undefined && !isAtLeast(VERSION, minRelease);
}

/** A finished job is removed immediately, because a job with the same id could not be added otherwise. */
const REMOVE_FINISHED = { removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } };
