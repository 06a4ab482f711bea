import { DelayedError, Queue, Worker, type Job, type Processor } from 'bullmq';
import type { Logger } from './log';
import { retryStrategy } from './redis';
import { isAtLeast } from './release';
import { inSpan, SpanKind, traceparent } from './tracing';
import { VERSION } from './version';

const QUEUES = ['ingest', 'refresh', 'webhooks'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Jobs on their way to Redis; what is beyond, the sweep adds when they have arrived. */
const MAX_PENDING = 1_000;
/** BullMQ's own pause after a failed command is 15 s: a Redis that was full or away is used again much sooner. */
const RETRY_MS = 500;
const DEPTH_MS = 1_000;
/** Between two tries of a job that can't be done yet; doubles with each. */
const MIN_LATER_MS = 20;
const MAX_LATER_MS = 200;
/** The oldest release that can read the jobs of this release. */
const JOB_MIN_RELEASE = '0.2.0';
/** Before a job that this release can't read is offered to a process again. */
const NEWER_RELEASE_MS = 1_000;
/** Jobs of a queue that are looked at for the release that they need. */
const MAX_EXAMINED = 200;
/** Jobs under way that are looked at. */
const MAX_LOCKS = 200;

export type { Job } from 'bullmq';

/** What every job has beside the data of its queue. */
interface JobData {
  readonly trace?: string;
  /** The oldest release that can read the job; absent: every release. */
  readonly minRelease?: string;
}

/** What a job returns that can't be done yet, and is to be tried again soon. */
export const LATER = Symbol('later');

export interface QueueDepth {
  /** That wait or run. */
  readonly jobs: number;
  /** Under way, with nobody who holds them: whoever did has died, or is too busy. */
  readonly stalled: number;
}

/**
 * BullMQ queues of one shop. A job is a pointer to something PostgreSQL knows: losing one delays work, it never loses any.
 */
export class Queues {
  private readonly queues = new Map<QueueName, Queue<unknown, unknown, string>>();
  private readonly workers: Worker[] = [];
  private pending = 0;

  constructor(
    private readonly url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {}

  /**
   * Adds a job without waiting for it: with Redis down an `add` hangs, and nothing acknowledged depends on it,
   * because the sweep adds again what PostgreSQL says is undone. `id` makes repeats harmless while the job waits.
   * @param delayMs how long it waits before it may begin
   */
  enqueue(name: QueueName, data: object, id: string, delayMs = 0): void {
    if (this.pending >= MAX_PENDING) return;
    this.pending++;
    this.queue(name)
      .add(name, { ...data, minRelease: JOB_MIN_RELEASE, trace: traceparent() }, { jobId: id, delay: delayMs })
      .finally(() => this.pending--)
      .catch((error: Error) => this.log.warn({ queue: name, error: error.message }, 'job not added; the sweep will'));
  }

  /**
   * Starts consuming. Locks are short, because what a killed worker held has to move on within seconds. A job that only a
   * newer release can read is put back for a process of that release: it has not failed, and no attempt is counted.
   */
  consume(
    name: QueueName,
    work: (job: Job) => Promise<unknown>,
    options: { concurrency: number; lockMs?: number },
  ): Worker {
    const later = async (job: Job, token: string | undefined, delayMs: number): Promise<never> => {
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    };
    let isNoted = false;
    const traced: Processor = async (job, token) => {
      const { trace, minRelease } = job.data as JobData;
      if (isNewer(minRelease)) {
        if (!isNoted) this.log.warn({ queue: name, minRelease }, 'jobs wait for a newer release of Freshet');
        isNoted = true;
        return later(job, token, NEWER_RELEASE_MS);
      }
      const attributes = { 'messaging.system': 'bullmq', 'messaging.destination.name': name };
      const result = await inSpan(`process ${name}`, { kind: SpanKind.CONSUMER, parent: trace, attributes }, () =>
        work(job),
      );
      if (result !== LATER) return result;
      return later(job, token, Math.min(MIN_LATER_MS * 2 ** Math.min(job.attemptsStarted, 10), MAX_LATER_MS));
    };
    const worker = new Worker(name, traced, {
      connection: this.connection(),
      prefix: `{${this.namespace}}`,
      concurrency: options.concurrency,
      lockDuration: options.lockMs ?? 5_000,
      stalledInterval: 2_000,
      // A kill is no fault of the job's: PostgreSQL counts the attempts that matter.
      maxStalledCount: 1_000,
      runRetryDelay: RETRY_MS,
      ...FORGET,
    });
    worker.on('error', (error) => this.log.warn({ queue: name, error: error.message }, 'queue'));
    worker.on('failed', (job, error) =>
      this.log.warn({ queue: name, job: job?.id, error: error.message }, 'job failed'),
    );
    this.workers.push(worker);
    return worker;
  }

  /** How full each queue is. @throws Error where Redis does not answer within {@link DEPTH_MS} */
  async depths(): Promise<Record<QueueName, QueueDepth>> {
    const counts = Promise.all(QUEUES.map(async (name) => [name, await this.depth(this.queue(name))] as const));
    return Object.fromEntries(await soon(counts)) as Record<QueueName, QueueDepth>;
  }

  private async depth(queue: Queue): Promise<QueueDepth> {
    const jobs = await queue.getJobCountByTypes('waiting', 'active', 'delayed');
    const active = await queue.getRanges(['active'], 0, MAX_LOCKS);
    const backend = queue.getBackend();
    const client = await backend.client;
    // BullMQ keeps who works on a job under its own key, for as long as its lock lasts.
    const holders = await Promise.all(active.map((id) => client.get(backend.toKey(`${id}:lock`))));
    return { jobs, stalled: holders.filter((holder) => holder === null).length };
  }

  /**
   * A release that jobs wait for, newer than this one; `undefined` where there is none among the first of each queue.
   * @throws Error where Redis does not answer within {@link DEPTH_MS}
   */
  async releaseAwaited(): Promise<string | undefined> {
    const jobs = await soon(
      Promise.all(QUEUES.map((name) => this.queue(name).getJobs(['delayed', 'waiting'], 0, MAX_EXAMINED - 1))),
    );
    // A job may be gone between its id and its data.
    const releases = jobs.flat().map((job: Job | undefined) => (job?.data as JobData | undefined)?.minRelease);
    return releases.find(isNewer);
  }

  /** Every queue, to be looked at. */
  all(): Queue[] {
    return QUEUES.map((name) => this.queue(name));
  }

  /** Lets running jobs finish, then closes. */
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
        defaultJobOptions: FORGET,
      });
      queue.on('error', (error) => this.log.debug({ queue: name, error: error.message }, 'queue'));
      this.queues.set(name, queue);
    }
    return queue;
  }

  private connection() {
    // BullMQ's own strategy waits up to 20 s between two attempts.
    return { url: this.url, maxRetriesPerRequest: null, connectTimeout: 2_000, retryStrategy };
  }
}

/** @throws Error where Redis does not answer within {@link DEPTH_MS} */
function soon<T>(asked: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('Redis does not answer')), DEPTH_MS).unref();
  });
  return Promise.race([asked, late]);
}

function isNewer(minRelease: string | undefined): boolean {
  return minRelease !== undefined && !isAtLeast(VERSION, minRelease);
}

/** A finished job is forgotten at once: its id must be free again for the sweep. */
const FORGET = { removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } };
