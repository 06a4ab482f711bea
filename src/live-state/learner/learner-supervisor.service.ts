import type { Lease } from '../../platform/lease';
import { LeasedLoop } from '../../platform/leased-loop';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { startThread, type Thread } from '../../platform/thread';
import type { Config } from '../../config';
import { LEARNER_LEASE } from '../live-state-names';
import { LearnerSharedMemory } from './learner-shared-memory';
import { programFile } from '../../platform/program-file';

/**
 * Duration of the lease. It is short, because nothing is learned after a crash until the lease ends, and lists must
 * update again within five seconds.
 */
const LEASE_MS = 3_000;
/** Interval at which processes without the lease try to acquire it. */
const ACQUIRE_INTERVAL_MS = 200;
/** A learner that has not reported for this time is considered hung. */
const MAX_SILENCE_MS = 15_000;
const WATCH_MS = 200;
const RESTART_DELAY_MS = 500;
/** Interval between attempts to read an unreadable checkpoint. */
const UNREADABLE_RETRY_MS = 2_000;

export interface LearnerCommand {
  readonly token: number;
  readonly memory: SharedArrayBuffer;
  /** True: apply the rest of the log and stop. False: apply the log, and new entries as they arrive, until stopped. */
  readonly once: boolean;
}

/** The result that a learner thread ends with. */
export interface LearnerResult {
  /** Why the newest checkpoint can't be read. */
  readonly unreadable?: string;
  /** Whether another process has taken over. */
  readonly isFencedOff?: boolean;
}

/** The thread that a learner runs in. It is idle until it receives a command. */
export type LearnerThread = Pick<Thread<LearnerResult | undefined>, 'ended' | 'stop' | 'terminate' | 'send'>;

export interface LearnerSupervisorOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly start: () => LearnerThread;
  /** Default: {@link MAX_SILENCE_MS}. Tests use a shorter time. */
  readonly maxSilenceMs?: number;
}

export function startLearnerThread(config: Config, log: Logger): LearnerThread {
  return startThread(programFile('learner.thread'), log, { data: config });
}

/**
 * Holds the lease for a learner that runs in another thread. The lease is renewed even while the learner is busy, and
 * is released only when the learner ends or sends no report for too long. A hung learner is terminated and replaced.
 */
export class LearnerSupervisor {
  private readonly loop: LeasedLoop;
  private thread: LearnerThread | undefined;
  /** The last logged reason why the newest checkpoint can't be read. It is stored, so each reason is logged once. */
  private loggedReason: string | undefined;

  constructor(private readonly options: LearnerSupervisorOptions) {
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: LEARNER_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_INTERVAL_MS,
      retryMs: RESTART_DELAY_MS,
      failure: 'learner interrupted; restarting from its checkpoint',
      begin: (lease) => this.learnWith(lease, false),
    });
  }

  /** Acquires the lease and runs the learner, repeatedly, until closed. */
  async run(): Promise<void> {
    // Started in advance, because starting a thread takes longer than acquiring the lease.
    this.thread = this.options.start();
    await this.loop.run();
    await this.thread?.terminate();
  }

  /**
   * Lets the learner apply the rest of the log, then releases the lease.
   * @returns the position reached; −1 if another process has taken over meanwhile
   */
  catchUp(lease: Lease, onProgress?: (position: number) => void): Promise<number> {
    const { run, ...options } = this.learnWith(lease, true, onProgress);
    return lease.hold(run, options);
  }

  /** Lets the learner finish its current step and store a checkpoint. `run` then returns. */
  async close(): Promise<void> {
    this.loop.close();
    await this.thread?.stop();
  }

  private learnWith(lease: Lease, once: boolean, onProgress?: (position: number) => void) {
    const { log, maxSilenceMs = MAX_SILENCE_MS } = this.options;
    const thread = (this.thread ??= this.options.start());
    const sharedMemory = new LearnerSharedMemory();
    sharedMemory.report(0, 0);
    sharedMemory.extendLease(lease.remainingMs);
    let isLost = false;
    const watch = setInterval(() => {
      sharedMemory.extendLease(lease.remainingMs);
      onProgress?.(sharedMemory.learnedPosition);
      if (sharedMemory.silentMs < maxSilenceMs) return;
      log.error(
        { position: sharedMemory.learnedPosition, silentMs: Math.round(sharedMemory.silentMs) },
        'the learner is not responding; replacing it',
      );
      void thread.terminate();
    }, WATCH_MS);
    const run = async (): Promise<number> => {
      try {
        thread.send({ token: lease.token, memory: sharedMemory.memory, once } satisfies LearnerCommand);
        const result = await thread.ended;
        if (result?.unreadable !== undefined && once) throw new Error(result.unreadable);
        if (result?.unreadable !== undefined) await this.waitForOperator(result.unreadable, lease);
        return result?.isFencedOff ? -1 : sharedMemory.publishedPosition;
      } catch (error) {
        if (isLost) return -1;
        throw error;
      } finally {
        clearInterval(watch);
        this.thread = this.loop.isClosing || once ? undefined : this.options.start();
      }
    };
    return {
      run,
      // A learner that reads its checkpoint hasn't reported yet. What the previous owner published stays published.
      position: () => sharedMemory.publishedPosition || lease.storedPosition,
      progress: () => sharedMemory.learnedPosition,
      onLost: () => {
        isLost = true;
        void thread.terminate();
      },
    };
  }

  /** Releases the lease and waits, so that a worker of another release can continue from the checkpoint. */
  private async waitForOperator(message: string, lease: Lease): Promise<void> {
    if (message !== this.loggedReason) this.options.log.error(message);
    this.loggedReason = message;
    await lease.release();
    await this.loop.pause(UNREADABLE_RETRY_MS);
  }
}
